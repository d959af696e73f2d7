"""Bounds: published thresholds as pairs, one per unit, compared with the value in the unit it was sent in (L5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.kit.units import plain
from shared.vocabulary import Comparator, Metric, Severity


class Side(StrEnum):
    """How a value stands to a bound; written in messages as it is checked."""

    BELOW = "<"
    AT_MOST = "≤"
    ABOVE = ">"
    AT_LEAST = "≥"

    @property
    def upward(self) -> bool:
        """Whether larger values are the worse ones."""
        return self in (Side.ABOVE, Side.AT_LEAST)

    @property
    def complement(self) -> "Side":
        """The side on which every other value lies."""
        return _COMPLEMENT[self]


_COMPLEMENT = {
    Side.BELOW: Side.AT_LEAST,
    Side.AT_LEAST: Side.BELOW,
    Side.ABOVE: Side.AT_MOST,
    Side.AT_MOST: Side.ABOVE,
}
_UNDER = (Comparator.LESS, Comparator.LESS_OR_EQUAL)


@dataclass(frozen=True, slots=True)
class Bound:
    """A named threshold, one number per unit. The name is what an individual target overrides."""

    key: str
    at: Mapping[str, Decimal]

    def __str__(self) -> str:
        return " / ".join(f"{plain(value)} {unit}" for unit, value in self.at.items())


def bound(key: str, *pairs: str) -> Bound:
    """A bound from its published pair: ``bound("glucose.low", "70 mg/dL", "3.9 mmol/L")``."""
    split = [pair.partition(" ") for pair in pairs]
    return Bound(key, {unit: Decimal(number) for number, _, unit in split})


@dataclass(frozen=True, slots=True)
class Grade:
    """One step of a rule: from this bound on, this serious. ``metric`` where only one of several is meant.

    ``percent``: reached as well by a relative change of at least so much, for rules of change.
    ``hi``: reached as well by any HI, whatever number the meter's display ends at.
    """

    name: str
    side: Side
    bound: Bound
    severity: Severity
    metric: Metric | None = None
    percent: Decimal | None = None
    hi: bool = False

    def __str__(self) -> str:
        which = f"{self.metric} " if self.metric else ""
        relative = f" or {plain(self.percent)} %" if self.percent is not None else ""
        meter = " or HI" if self.hi else ""
        return f"{which}{self.side} {self.bound}{relative}{meter} ({self.severity})"

    def met(self, value: Decimal, comparator: Comparator | None, limit: Decimal) -> bool:
        """Whether a value in the unit of ``limit`` reaches this grade."""
        if self.hi and comparator is not None and comparator not in _UNDER:
            return True
        return meets(self.side, value, comparator, limit)


def meets(side: Side, value: Decimal, comparator: Comparator | None, limit: Decimal) -> bool:
    """Whether a value certainly lies on ``side`` of ``limit``: LO (``< 20``) is below 54, and above nothing."""
    if comparator is None:
        return _exactly(side, value, limit)
    if (comparator in _UNDER) is side.upward:
        return False
    if comparator is Comparator.LESS_OR_EQUAL and side is Side.BELOW:
        return value < limit
    if comparator is Comparator.MORE_OR_EQUAL and side is Side.ABOVE:
        return value > limit
    return value >= limit if side.upward else value <= limit


def _exactly(side: Side, value: Decimal, limit: Decimal) -> bool:
    if side is Side.BELOW:
        return value < limit
    if side is Side.ABOVE:
        return value > limit
    if side is Side.AT_LEAST:
        return value >= limit
    return value <= limit


_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_STEPS = tuple(Severity)


def rank(severity: Severity) -> int:
    """0 for info up to 4 for critical, by a lookup."""
    return _RANK[severity]


def raised(severity: Severity, steps: int = 1) -> Severity:
    """So many steps more serious, at most critical."""
    return _STEPS[min(_RANK[severity] + steps, len(_STEPS) - 1)]
