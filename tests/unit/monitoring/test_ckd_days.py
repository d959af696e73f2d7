"""CKD (clinical §1.7): potassium by treatment, filtration against earlier tests, albumin, sick days."""

import pytest

from shared.vocabulary import Metric
from tests.support.bedside import a_patient, after, report, told

DAY = "2026-09-10 08:00"
EGFR = "mL/min/{1.73_m2}"


@pytest.mark.parametrize(
    ("value", "plain", "on_raasi"),
    [
        ("5.4", None, None),
        ("5.5", "moderate", "high"),
        ("5.9", "moderate", "high"),
        ("6.0", "high", "high"),
        ("6.4", "high", "high"),
        ("6.5", "critical", "critical"),
    ],
)
def test_potassium_bands(value: str, plain: str | None, on_raasi: str | None) -> None:
    reading = told(Metric.POTASSIUM, value, "mmol/L", DAY)
    assert after(a_patient("ckd"), reading) == ({"K-HIGH": plain} if plain else {})
    assert after(a_patient("ckd", "raasi"), reading) == ({"K-HIGH-RAASI": on_raasi} if on_raasi else {})


@pytest.mark.parametrize(
    ("value", "at", "fires"),
    [("6.0", "2026-09-12 08:00", True), ("5.9", "2026-09-12 08:00", False), ("6.0", "2026-09-12 08:01", False)],
)
def test_weakness_makes_it_an_emergency(value: str, at: str, fires: bool) -> None:
    ward = a_patient("ckd")
    ward.record(report(DAY, "muscle-weakness"))
    found = after(ward, told(Metric.POTASSIUM, value, "mmol/L", at))
    assert found.get("K-WEAK") == ("critical" if fires else None)


@pytest.mark.parametrize(
    ("facts", "first", "second", "expected"),
    [
        ((), "50", "40", {}),  # exactly 20 %
        ((), "50", "39.9", {"EGFR-FALL": "moderate"}),
        ((), "40", "48", {}),
        ((), "40", "48.1", {"EGFR-RISE": "low"}),
        (("haemodynamic-drug-started",), "60", "42", {}),  # exactly 30 %
        (("haemodynamic-drug-started",), "60", "41.9", {"EGFR-FALL-DRUG": "high"}),
        (("haemodynamic-drug-started",), "60", "47", {}),
    ],
)
def test_filtration_against_the_test_before(
    facts: tuple[str, ...], first: str, second: str, expected: dict[str, str]
) -> None:
    ward = a_patient("ckd", *facts)
    found = after(
        ward, told(Metric.EGFR, first, EGFR, "2026-09-01 08:00"), told(Metric.EGFR, second, EGFR, "2026-11-01 08:00")
    )
    assert found == expected


@pytest.mark.parametrize(
    ("second", "at", "fires"),
    [
        ("55", "2027-09-01 08:00", False),
        ("54.9", "2027-09-01 08:00", True),
        ("54.9", "2027-07-02 08:00", False),  # 304 days say nothing about a year
    ],
)
def test_more_than_five_a_year(second: str, at: str, fires: bool) -> None:
    ward = a_patient("ckd")
    found = after(ward, told(Metric.EGFR, "60", EGFR, "2026-09-01 08:00"), told(Metric.EGFR, second, EGFR, at))
    assert found == ({"EGFR-YEAR": "moderate"} if fires else {})


@pytest.mark.parametrize(("value", "severity"), [("30", None), ("29.9", "low"), ("15", "low"), ("14.9", "moderate")])
def test_referral_by_filtration(value: str, severity: str | None) -> None:
    assert after(a_patient("ckd"), told(Metric.EGFR, value, EGFR, DAY)).get("EGFR-30") == severity


@pytest.mark.parametrize(
    ("first", "second", "unit", "expected"),
    [
        ("40", "79.9", "mg/g{creat}", set()),
        ("40", "80", "mg/g{creat}", {"ACR-DOUBLE"}),
        ("200", "299.9", "mg/g{creat}", set()),
        ("200", "300", "mg/g{creat}", {"ACR-300"}),
        ("20", "29.9", "mg/mmol{creat}", set()),
        ("20", "30", "mg/mmol{creat}", {"ACR-300"}),
    ],
)
def test_albumin(first: str, second: str, unit: str, expected: set[str]) -> None:
    ward = a_patient("ckd")
    found = after(
        ward, told(Metric.UACR, first, unit, "2026-09-01 08:00"), told(Metric.UACR, second, unit, "2026-12-01 08:00")
    )
    assert set(found) == expected


@pytest.mark.parametrize(("fact", "fires"), [("raasi", True), ("sglt2i", True), ("diuretic", True), (None, False)])
def test_sick_days_count_on_medicines_to_pause(fact: str | None, fires: bool) -> None:
    ward = a_patient("ckd", *([fact] if fact else []))
    assert after(ward, report(DAY, "diarrhoea")) == ({"SICK-DAY": "high"} if fires else {})
