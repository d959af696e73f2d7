"""Kidney function by stage, and how often it is tested (KDIGO 2024, clinical §1.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.monitoring.domain.silence import Done, Examination
from shared.vocabulary import Metric

# Filtration in mL/min/1.73 m²: from this value on.
_G: tuple[tuple[int, str], ...] = ((90, "G1"), (60, "G2"), (45, "G3a"), (30, "G3b"), (15, "G4"), (0, "G5"))
# Albumin per creatinine: A2 from the first number, A3 above the second. The pairs are as published, not converted.
_A: Mapping[str, tuple[int, int]] = {"mg/g{creat}": (30, 300), "mg/mmol{creat}": (3, 30)}
# Tests a year for A1, A2, A3; 4 stands for "4 or more" [from memory: KDIGO grid, S36].
_TESTS: Mapping[str, tuple[int, int, int]] = {
    "G1": (1, 1, 3),
    "G2": (1, 1, 3),
    "G3a": (1, 2, 3),
    "G3b": (2, 3, 3),
    "G4": (3, 3, 4),
    "G5": (4, 4, 4),
}


def filtration_stage(value: Decimal) -> str:
    """``G1`` to ``G5`` of a filtration in mL/min/1.73 m²."""
    return next(stage for lowest, stage in _G if value >= lowest)


def albumin_stage(value: Decimal, unit: str) -> str:
    """``A1`` to ``A3`` of urine albumin per creatinine, judged in the unit it came in."""
    low, high = _A[unit]
    return "A1" if value < low else "A2" if value <= high else "A3"


def tests_a_year(filtration: str, albumin: str) -> int:
    """How often a year both are tested at these stages."""
    return _TESTS[filtration][int(albumin[1]) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class KidneyTests(Examination):
    """Filtration and albumin, due again as often a year as the grid says for the last results."""

    def months_after(self, done: Mapping[Metric, Done]) -> int:
        stages = _stages(done)
        return 12 // tests_a_year(*stages) if stages is not None else self.months

    def why(self, done: Mapping[Metric, Done]) -> str:
        stages = _stages(done)
        return "" if stages is None else f"{' '.join(stages)}: {tests_a_year(*stages)} a year"

    def rhythm(self) -> str:
        rows = "; ".join(f"{stage} {', '.join(map(str, tests))}" for stage, tests in _TESTS.items())
        return f"tests a year at A1, A2, A3: {rows}; low a day after they were due, moderate after 30 days"


def _stages(done: Mapping[Metric, Done]) -> tuple[str, str] | None:
    filtration, albumin = done.get(Metric.EGFR), done.get(Metric.UACR)
    if filtration is None or albumin is None:
        return None
    return filtration_stage(filtration.value), albumin_stage(albumin.value, albumin.unit)
