"""What a row of the metric dictionary says: codes, units and limits of one thing that is measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from shared.vocabulary import Metric


class Mark(StrEnum):
    """How sure a code is: seen in an official value set, from memory, or met in real input."""

    VERIFIED = "V"
    MEMORY = "M"
    MET = "R"


@dataclass(frozen=True, slots=True)
class Loinc:
    """A LOINC code for a metric; ``unit`` where the code itself says mass or moles."""

    code: str
    mark: Mark = Mark.VERIFIED
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Limits in one unit, inclusive: outside ``hard`` is refused, outside ``soft`` is accepted and flagged."""

    hard: tuple[Decimal, Decimal]
    soft: tuple[Decimal | None, Decimal | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the dictionary. The first unit is the canonical one, for charts.

    ``comparators``: a meter's LO and HI, or a laboratory's reporting limit, are results of this metric.
    ``scale`` names the ranks of a coded metric, as (words, codes) from ``first_rank`` up.
    """

    metric: Metric
    title: str
    codes: tuple[Loinc, ...]
    ranges: Mapping[str, Range]
    comparators: bool = False
    scale: tuple[tuple[str, ...], ...] = ()
    first_rank: int = 0
    units: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", tuple(self.ranges))

    @property
    def canonical(self) -> str:
        """The UCUM code charts use."""
        return self.units[0]


def within(hard: str, soft: str = "-") -> Range:
    """``"10-1500"`` and ``"40-500"``, either side of the latter may be empty."""
    low, _, high = hard.partition("-")
    soft_low, _, soft_high = soft.partition("-")
    return Range(
        (Decimal(low), Decimal(high)),
        (Decimal(soft_low) if soft_low else None, Decimal(soft_high) if soft_high else None),
    )


def scores(highest: int, soft: str = "-") -> dict[str, Range]:
    return {"{score}": within(f"0-{highest}", soft)}


def percent(hard: str = "0-100", soft: str = "-") -> dict[str, Range]:
    return {"%": within(hard, soft)}


def pressure(low: int, high: int) -> dict[str, Range]:
    return {"mm[Hg]": within(f"{low}-{high}")}
