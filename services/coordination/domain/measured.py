"""What a discharge, or a request to follow somebody, gives monitoring to compare with: judged by the same limits."""

from datetime import datetime
from decimal import Decimal

from shared.kit.metric_limits import refusal
from shared.kit.problems import Problem
from shared.vocabulary import Metric


class WeightRefused(Problem):
    """A weight at discharge that nobody has: it would be the dry weight that every later one is compared with."""

    code = "stay.weight-refused"
    title = "This cannot be the weight at discharge"


class BaselineRefused(Problem):
    """A value to compare with that cannot have been measured; monitoring would refuse it."""

    code = "baseline.refused"
    title = "This cannot be compared with"


def check_weight(value: Decimal, unit: str, *, at: datetime, now: datetime) -> None:
    """Refuse a weight at discharge that cannot be.

    Raises:
        WeightRefused.
    """
    refused = refusal(Metric.DRY_WEIGHT, value, unit, observed_at=at, now=now)
    if refused is not None:
        raise WeightRefused(refused.sentence, reason_code=refused.code)


def check_baseline(metric: Metric, value: Decimal, unit: str, *, at: datetime, now: datetime) -> None:
    """Refuse a baseline that cannot be.

    Raises:
        BaselineRefused.
    """
    refused = refusal(metric, value, unit, observed_at=at, now=now)
    if refused is not None:
        raise BaselineRefused(refused.sentence, metric=metric.value, reason_code=refused.code)
