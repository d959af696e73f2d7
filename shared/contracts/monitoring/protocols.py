"""Protocols: the rules of one condition, described in words made from the rules themselves."""

from decimal import Decimal

from shared.contracts.base import Out
from shared.vocabulary import Metric, Severity


class LimitRead(Out):
    """A threshold in one unit; published thresholds come in pairs and are never converted."""

    name: str
    value: Decimal
    unit: str


class RuleRead(Out):
    """A rule: what it looks at, when it fires, how serious it is, and where it comes from."""

    key: str
    title: str
    metrics: list[Metric]
    severity: Severity
    criterion: str
    limits: list[LimitRead]
    citation: str
    opens_need: str | None


class ProtocolSummary(Out):
    """One published version of a protocol."""

    key: str
    version: int
    title: str
    rules: int


class ProtocolRead(Out):
    """A published version: it never changes."""

    key: str
    version: int
    title: str
    metrics: list[Metric]
    rules: list[RuleRead]
