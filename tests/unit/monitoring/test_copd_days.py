"""COPD (clinical §1.5): oxygen against the patient's usual, exacerbations by symptoms, scores, rescue use."""

import pytest

from services.monitoring.domain.evaluation import notes
from services.monitoring.domain.protocols import LATEST
from shared.vocabulary import Metric
from tests.support.bedside import a_patient, after, report, told

DAY = "2026-09-10 08:00"
LATER = "2026-09-10 20:00"


@pytest.mark.parametrize(
    ("first", "second", "at", "fires"),
    [
        ("89", "89", LATER, True),  # 92 − 3
        ("89", "90", LATER, False),
        ("90", "89", LATER, False),
        ("89", "89", "2026-09-12 08:00", True),
        ("89", "89", "2026-09-12 08:01", False),
    ],
)
def test_two_readings_three_points_below_the_usual(first: str, second: str, at: str, fires: bool) -> None:
    ward = a_patient("copd", spo2="92 %")
    found = after(ward, told(Metric.SPO2, first, "%", DAY), told(Metric.SPO2, second, "%", at))
    assert found == ({"SPO2-FALL": "moderate"} if fires else {})


def test_without_a_usual_saturation_there_is_nothing_to_fall_from() -> None:
    assert after(a_patient("copd"), told(Metric.SPO2, "88", "%", DAY), told(Metric.SPO2, "88", "%", LATER)) == {}


@pytest.mark.parametrize(
    ("value", "at", "fires"),
    [
        ("87", "2026-09-10 08:05", True),
        ("87", "2026-09-10 08:04", False),
        ("88", "2026-09-10 08:05", False),
        ("87", "2026-09-10 09:00", True),
        ("87", "2026-09-10 09:01", False),  # farther apart than one stretch
    ],
)
def test_below_88_for_five_minutes(value: str, at: str, fires: bool) -> None:
    found = after(a_patient("copd"), told(Metric.SPO2, "87", "%", DAY), told(Metric.SPO2, value, "%", at))
    assert found == ({"SPO2-LOW-5": "high"} if fires else {})


def test_a_single_low_value_asks_for_a_repeat() -> None:
    ward = a_patient("copd")
    low = told(Metric.SPO2, "87", "%", DAY)
    assert after(ward, low) == {}
    assert [each.rule for each in notes(LATEST["copd"], ward.watch, low)] == ["SPO2-REPEAT"]
    assert notes(LATEST["copd"], ward.watch, told(Metric.SPO2, "88", "%", DAY)) == ()


@pytest.mark.parametrize(
    ("value", "context", "expected"),
    [
        ("85", (), {}),
        ("84", (), {"SPO2-CRITICAL": "critical"}),
        ("92", ("on-oxygen",), {}),
        ("93", ("on-oxygen",), {"SPO2-OVER": "low"}),
        ("93", (), {}),
    ],
)
def test_far_too_little_and_too_much(value: str, context: tuple[str, ...], expected: dict[str, str]) -> None:
    assert after(a_patient("copd"), told(Metric.SPO2, value, "%", DAY, *context)) == expected


def test_low_and_drowsy_is_critical() -> None:
    low = told(Metric.SPO2, "87", "%", DAY, named=["drowsy"])
    assert after(a_patient("copd"), low) == {"SPO2-DROWSY": "critical"}
    assert after(a_patient("copd"), told(Metric.SPO2, "88", "%", DAY, named=["drowsy"])) == {}


@pytest.mark.parametrize(("facts", "fires"), [((), False), (("home-oxygen",), True)])
def test_morning_headache_counts_on_oxygen(facts: tuple[str, ...], fires: bool) -> None:
    assert after(a_patient("copd", *facts), report(DAY, "morning-headache")) == ({"CO2": "high"} if fires else {})


@pytest.mark.parametrize(
    ("named", "at", "fires"),
    [
        (("more-dyspnoea", "more-sputum"), "2026-09-11 08:00", True),
        (("more-dyspnoea", "more-sputum"), "2026-09-11 07:59", False),
        (("more-dyspnoea", "fever"), "2026-09-11 08:00", True),
        (("purulent-sputum", "cough"), "2026-09-11 08:00", True),
        (("more-dyspnoea",), "2026-09-11 08:00", False),
        (("fever", "cough", "wheeze"), "2026-09-11 08:00", False),  # a major one is needed
        (("more-sputum", "purulent-sputum"), "2026-09-13 08:00", True),
        (("more-sputum", "purulent-sputum"), "2026-09-13 08:01", False),
    ],
)
def test_an_exacerbation_is_two_symptoms_for_a_day(named: tuple[str, ...], at: str, fires: bool) -> None:
    found = after(a_patient("copd"), report(DAY, *named), report(at, *named))
    assert found == ({"EXAC": "moderate"} if fires else {})


def test_a_better_report_in_between_starts_the_day_again() -> None:
    two = ("more-dyspnoea", "more-sputum")
    found = after(a_patient("copd"), report(DAY, *two), report(LATER, "fatigue"), report("2026-09-11 09:00", *two))
    assert found == {}


def test_one_report_is_enough_when_it_says_how_long() -> None:
    lasting = report(DAY, "more-dyspnoea", "more-sputum", context=["lasting-24-h"])
    assert after(a_patient("copd"), lasting) == {"EXAC": "moderate"}


@pytest.mark.parametrize("sign", ["drowsy", "dyspnoea-at-rest", "blue-lips"])
def test_an_exacerbation_with_a_sign_of_danger_does_not_wait(sign: str) -> None:
    found = after(a_patient("copd"), report(DAY, "more-dyspnoea", sign))
    assert found["EXAC-SEVERE"] == "critical"
    assert "EXAC-SEVERE" not in after(a_patient("copd"), report(DAY, sign))


@pytest.mark.parametrize(
    ("value", "unit", "fires"),
    [("37.9", "Cel", False), ("38.0", "Cel", True), ("100.3", "[degF]", False), ("100.4", "[degF]", True)],
)
def test_fever(value: str, unit: str, fires: bool) -> None:
    found = after(a_patient("copd"), told(Metric.TEMPERATURE, value, unit, DAY))
    assert found == ({"TEMP": "moderate"} if fires else {})


@pytest.mark.parametrize(
    ("metric", "first", "second", "rules"),
    [
        (Metric.CAT, "12", "13", set()),
        (Metric.CAT, "12", "14", {"CAT-RISE"}),
        (Metric.CAT, "9", "10", {"CAT-WORSE"}),
        (Metric.CAT, "20", "21", {"CAT-WORSE"}),
        (Metric.CAT, "30", "31", {"CAT-WORSE"}),
        (Metric.CAT, "19", "20", set()),
        (Metric.MMRC, "1", "2", {"MMRC-RISE"}),
        (Metric.MMRC, "2", "2", set()),
    ],
)
def test_scores_worse_than_last_time(metric: Metric, first: str, second: str, rules: set[str]) -> None:
    ward = a_patient("copd")
    found = after(ward, told(metric, first, "{score}", DAY), told(metric, second, "{score}", "2026-12-10 08:00"))
    assert set(found) == rules


@pytest.mark.parametrize(
    ("usual", "puffs", "fires"),
    [("4", ("6", "6"), True), ("4", ("6", "5"), False), ("4", ("5", "6"), False), ("0", ("1", "1"), True)],
)
def test_rescue_use_half_as_much_again_for_two_days(usual: str, puffs: tuple[str, str], fires: bool) -> None:
    ward = a_patient("copd", reliever_use=f"{usual} {{puff}}")
    for day, number in zip(("10", "11"), puffs, strict=True):
        ward.record(told(Metric.RELIEVER_USE, number, "{puff}", f"2026-09-{day} 21:00"))
    assert ward.raised() == ({"RESCUE": "low"} if fires else {})
