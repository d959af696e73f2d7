"""Filtration and albumin in classes (clinical §1.7): CKD-EPI 2021, KDIGO stages, how many tests a year."""

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.kit.units import convert
from shared.vocabulary import Metric

_ADULT = 18
_GFR_CUTS = tuple(Decimal(cut) for cut in (15, 30, 45, 60, 90))


class FiltrationStage(StrEnum):
    """KDIGO categories of filtration, worst first."""

    G5 = "G5"
    G4 = "G4"
    G3B = "G3b"
    G3A = "G3a"
    G2 = "G2"
    G1 = "G1"


class AlbuminStage(StrEnum):
    """KDIGO categories of the albumin/creatinine ratio."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"


_TESTS = {
    FiltrationStage.G1: (1, 1, 3),
    FiltrationStage.G2: (1, 1, 3),
    FiltrationStage.G3A: (1, 2, 3),
    FiltrationStage.G3B: (2, 3, 3),
    FiltrationStage.G4: (3, 3, 4),
    FiltrationStage.G5: (4, 4, 4),
}
"""Tests a year for A1, A2, A3; 4 means 4 or more (KDIGO grid, from memory)."""


@dataclass(frozen=True, slots=True)
class Kidneys:
    """Where a patient stands in the grid. ``refer``: A3 or G4–G5, treat and refer."""

    filtration: FiltrationStage
    albumin: AlbuminStage
    tests_a_year: int
    refer: bool


def egfr(creatinine: Decimal, unit: str, *, age: int, female: bool) -> Decimal:
    """Estimated filtration in mL/min/1.73 m², CKD-EPI 2021 from creatinine, unrounded (clinical §1.7, from memory).

    Raises:
        ValueError: under 18 (bedside Schwartz is for children), or creatinine not above 0.
    """
    if age < _ADULT or creatinine <= 0:
        raise ValueError("CKD-EPI 2021 is for adults with a measured creatinine")
    milligrams = convert(Metric.CREATININE, creatinine, unit, "mg/dL")
    kappa, alpha = (Decimal("0.7"), Decimal("-0.241")) if female else (Decimal("0.9"), Decimal("-0.302"))
    ratio = milligrams / kappa
    one = Decimal(1)
    value = Decimal(142) * min(ratio, one) ** alpha * max(ratio, one) ** Decimal("-1.200") * Decimal("0.9938") ** age
    return value * Decimal("1.012") if female else value


def filtration_stage(value: Decimal) -> FiltrationStage:
    """G1 from 90, G2 from 60, G3a from 45, G3b from 30, G4 from 15, G5 below."""
    return tuple(FiltrationStage)[bisect_right(_GFR_CUTS, value)]


def albumin_stage(value: Decimal, unit: str) -> AlbuminStage:
    """A1 below 30 mg/g (3 mg/mmol), A2 up to and with 300 (30), A3 above; in the unit it came in."""
    low, high = (Decimal(30), Decimal(300)) if unit == "mg/g{creat}" else (Decimal(3), Decimal(30))
    return AlbuminStage.A1 if value < low else AlbuminStage.A2 if value <= high else AlbuminStage.A3


def stand(filtration: Decimal, albumin: Decimal, unit: str) -> Kidneys:
    """The cell of the KDIGO grid: stages, tests a year, whether to refer."""
    g, a = filtration_stage(filtration), albumin_stage(albumin, unit)
    refer = a is AlbuminStage.A3 or g in (FiltrationStage.G4, FiltrationStage.G5)
    return Kidneys(g, a, _TESTS[g][tuple(AlbuminStage).index(a)], refer)
