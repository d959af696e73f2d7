"""Protocols: the rules of one condition, described in words made from the rules themselves."""

from decimal import Decimal

from shared.contracts.base import Out
from shared.vocabulary import EscalationTier, Metric, NeedKind, RiskTier, Severity


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


class ExpectedRead(Out):
    """What is to come how often, and when its absence says something; ``tiers`` and circumstances say of whom."""

    key: str
    title: str
    metrics: list[Metric]
    criterion: str
    tiers: list[RiskTier]
    only: list[str]
    unless: list[str]
    source: str
    asks: str
    opens_need: NeedKind | None


class StepRead(Out):
    """Who is told when nobody answers, and after what time; an organization's rota may replace the time."""

    tier: EscalationTier
    told: str
    after: str


class AnsweringRead(Out):
    """How alerts of one severity are answered."""

    severity: Severity
    acknowledge_within: str
    steps: list[StepRead]
    source: str


class ProtocolSummary(Out):
    """One published version of a protocol."""

    key: str
    version: str
    title: str
    rules: int


class ProtocolRead(Out):
    """A published version: it never changes. ``forms``: what a check-in asks with, by key and version."""

    key: str
    version: str
    title: str
    metrics: list[Metric]
    rules: list[RuleRead]
    goals: list[GoalRead]
    exclusions: list[ExclusionRead]
    forms: list[str]
    expects: list[ExpectedRead]
    ladder: list[AnsweringRead]
