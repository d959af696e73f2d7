"""Filtration, KDIGO stages and GOLD groups: the vectors of clinical §1.5 and §1.7, both sides of every cut."""

from decimal import Decimal

import pytest

from services.monitoring.domain.gold import GoldGroup, Scheme, group
from services.monitoring.domain.kidney import albumin_stage, egfr, filtration_stage, stand


@pytest.mark.parametrize(
    ("creatinine", "age", "female", "expected"),
    [
        ("1.0", 60, False, 86),
        ("1.0", 60, True, 64),
        ("1.8", 74, False, 39),
        ("2.5", 70, True, 20),
        ("0.6", 40, True, 116),
    ],
)
def test_filtration_by_ckd_epi_2021(creatinine: str, age: int, female: bool, expected: int) -> None:
    assert round(egfr(Decimal(creatinine), "mg/dL", age=age, female=female)) == expected
    micromoles = Decimal(creatinine) * Decimal("88.42")
    assert round(egfr(micromoles, "umol/L", age=age, female=female)) == expected


def test_filtration_of_a_child_is_not_estimated() -> None:
    assert egfr(Decimal(1), "mg/dL", age=18, female=True) > 0
    with pytest.raises(ValueError, match="adults"):
        egfr(Decimal(1), "mg/dL", age=17, female=True)


@pytest.mark.parametrize(
    ("value", "stage"),
    [
        ("90", "G1"), ("89.9", "G2"), ("60", "G2"), ("59.9", "G3a"), ("45", "G3a"), ("44.9", "G3b"), ("30", "G3b"),
        ("29.9", "G4"), ("15", "G4"), ("14.9", "G5"),
    ],
)  # fmt: skip
def test_stages_of_filtration(value: str, stage: str) -> None:
    assert filtration_stage(Decimal(value)) == stage


@pytest.mark.parametrize(
    ("value", "unit", "stage"),
    [
        ("29.9", "mg/g{creat}", "A1"), ("30", "mg/g{creat}", "A2"), ("300", "mg/g{creat}", "A2"),
        ("300.1", "mg/g{creat}", "A3"), ("2.9", "mg/mmol{creat}", "A1"), ("3", "mg/mmol{creat}", "A2"),
        ("30", "mg/mmol{creat}", "A2"), ("30.1", "mg/mmol{creat}", "A3"),
    ],
)  # fmt: skip
def test_stages_of_albumin(value: str, unit: str, stage: str) -> None:
    assert albumin_stage(Decimal(value), unit) == stage


def test_tests_a_year_by_the_kdigo_grid() -> None:
    rows = [
        ("95", (1, 1, 3)),
        ("70", (1, 1, 3)),
        ("50", (1, 2, 3)),
        ("35", (2, 3, 3)),
        ("20", (3, 3, 4)),
        ("10", (4, 4, 4)),
    ]
    for filtration, expected in rows:
        found = [stand(Decimal(filtration), Decimal(acr), "mg/g{creat}") for acr in (10, 100, 400)]
        assert tuple(each.tests_a_year for each in found) == expected
        assert [each.refer for each in found] == [Decimal(filtration) < 30, Decimal(filtration) < 30, True]


@pytest.mark.parametrize(
    ("scheme", "moderate", "hospitalised", "mmrc", "cat", "expected"),
    [
        ("2026", 0, 0, "1", "9", "A"),
        ("2026", 0, 0, "2", "9", "B"),
        ("2026", 0, 0, "1", "10", "B"),
        ("2026", 1, 0, "0", "0", "E"),
        ("2026", 0, 1, None, None, "E"),
        ("2023", 1, 0, "0", "0", "A"),
        ("2023", 2, 0, "0", "0", "E"),
        ("2023", 0, 1, "0", "0", "E"),
        ("2026", 0, 0, None, None, None),
    ],
)
def test_gold_groups_say_their_year(
    scheme: str, moderate: int, hospitalised: int, mmrc: str | None, cat: str | None, expected: str | None
) -> None:
    scores = {"mmrc": Decimal(mmrc) if mmrc else None, "cat": Decimal(cat) if cat else None}
    found = group(moderate=moderate, hospitalised=hospitalised, scheme=Scheme(scheme), **scores)
    assert (None if found is None else found.group) == (None if expected is None else GoldGroup(expected))
    assert found is None or found.scheme == scheme
