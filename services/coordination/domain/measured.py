"""What a discharge, or a request to follow somebody, gives monitoring to compare with: judged by the same limits."""

from datetime import datetime
from decimal import Decimal

from shared.kit.metric_limits import BY_CODE, refusal
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


class LabRefused(Problem):
    """A laboratory result in a unit its test is not measured in, or that nobody can have."""

    code = "stay.lab-refused"
    title = "This cannot be the result of that laboratory test"


def check_lab(loinc: str, value: Decimal, unit: str, *, at: datetime, now: datetime) -> None:
    """Refuse a result of a known test that cannot be; of a test that no rule reads, any unit is kept as it came.

    Raises:
        LabRefused.
    """
    known = BY_CODE.get(loinc)
    refused = None if known is None else refusal(known[0], value, unit, observed_at=at, now=now)
    if refused is not None:
        raise LabRefused(f"LOINC {loinc}: {refused.sentence}", loinc=loinc, reason_code=refused.code)


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
