"""CKD-EPI 2021 from creatinine: the vectors of clinical §1.7, units, ages."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.filtration import computed
from shared.kit.zones import age_on


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "filtration"),
    [("1.0", 60, "male", 86), ("1.0", 60, "female", 64), ("1.8", 74, "male", 39), ("2.5", 70, "female", 20),
     ("0.6", 40, "female", 116)],
)  # fmt: skip
def test_the_vectors_of_the_reference(creatinine: str, age: int, sex: str, filtration: int) -> None:
    assert computed(Decimal(creatinine), "mg/dL", age=age, sex=sex) == filtration


def test_micromoles_are_the_same_creatinine() -> None:
    assert computed(Decimal("159"), "umol/L", age=74, sex="male") == 39


@pytest.mark.parametrize(("age", "sex"), [(17, "male"), (60, "other"), (60, "unknown")])
def test_no_child_and_nobody_of_unknown_sex_gets_a_figure(age: int, sex: str) -> None:
    assert computed(Decimal("1.0"), "mg/dL", age=age, sex=sex) is None
    assert computed(Decimal("1.0"), "mg/dL", age=18, sex="male") is not None


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [("1952-03-03", "2026-03-02", 73), ("1952-03-03", "2026-03-03", 74), ("2008-02-29", "2026-02-28", 17),
     ("2008-02-29", "2026-03-01", 18)],
)  # fmt: skip
def test_years_are_complete(born: str, day: str, age: int) -> None:
    assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


@given(st.decimals("0.1", "20", places=2), st.integers(18, 100), st.sampled_from(["male", "female"]))
def test_more_creatinine_never_means_more_filtration(creatinine: Decimal, age: int, sex: str) -> None:
    less, more = (computed(each, "mg/dL", age=age, sex=sex) for each in (creatinine, creatinine + Decimal("0.1")))
    assert less is not None
    assert more is not None
    assert less >= more >= 0
