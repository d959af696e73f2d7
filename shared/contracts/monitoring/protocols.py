"""Protocols: the rules of one condition, described in words made from the rules themselves."""

from decimal import Decimal

from shared.contracts.base import Out
from shared.vocabulary import Metric, NeedKind, Severity


class BoundRead(Out):
    """A published threshold, one number per unit: pairs are never converted. A target may replace it by its key."""

    key: str
    limits: dict[str, Decimal]


class GoalRead(Out):
    """A default target range for charts; either side may be open.

    ``from_baseline``: not values but distances from the patient's baseline, or percent of it where the unit is %.
    """

    metric: Metric
    unit: str
    low: Decimal | None
    high: Decimal | None
    when: str
    from_baseline: bool


class RuleRead(Out):
    """A rule: what it looks at, when it fires, how serious it is, and where it comes from."""

    key: str
    title: str
    metrics: list[Metric]
    severity: Severity
    criterion: str
    description: str
    bounds: list[BoundRead]
    source: str
    asks: str
    opens_need: NeedKind | None


class ExclusionRead(Out):
    """Whom the defaults do not fit: ``fact`` is what a request sends among its circumstances."""

    fact: str
    effect: str
    sentence: str
    source: str


class ProtocolSummary(Out):
    """One published version of a protocol."""

    key: str
    version: str
    title: str
    rules: int


class ProtocolRead(Out):
    """A published version: it never changes."""

    key: str
    version: str
    title: str
    metrics: list[Metric]
    rules: list[RuleRead]
    goals: list[GoalRead]
    exclusions: list[ExclusionRead]
