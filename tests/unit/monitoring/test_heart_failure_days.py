"""The days of the heart-failure story (clinical §7a) and the edges of its weight rules."""

import pytest

from services.monitoring.domain.protocols import LATEST
from shared.vocabulary import AlertState, Metric, Severity
from tests.support.ward import Ward, a_reading, a_watch, a_weight, local, symptoms

HEART_FAILURE = LATEST["heart-failure"]


def a_ward(dry_weight: str | None = None) -> Ward:
    return Ward(HEART_FAILURE, a_watch("2026-09-04 15:20", dry_weight=dry_weight))


STORY = [
    # when, weight in kg, live alerts afterwards, of them over
    ("2026-09-05 07:05", "81.1", {}, set()),
    ("2026-09-06 07:10", "81.0", {}, set()),
    ("2026-09-07 07:00", "81.4", {}, set()),
    ("2026-09-08 07:02", "82.5", {"W24": "moderate"}, set()),
    ("2026-09-09 07:01", "83.4", {"W24": "moderate", "W7": "high"}, set()),
    ("2026-09-10 07:00", "82.8", {"W24": "moderate", "W7": "high"}, set()),
    ("2026-09-11 13:30", "82.0", {"W24": "moderate", "W7": "high"}, set()),
    ("2026-09-12 07:00", "81.3", {"W24": "moderate", "W7": "high"}, {"W24", "W7"}),
]


def test_the_weights_of_the_story() -> None:
    ward = a_ward()
    for at, kilograms, live, over in STORY:
        ward.record(a_weight(kilograms, at))
        assert {rule: sev for rule, sev in ward.raised().items() if rule in ("W24", "W7")} == live, at
        assert {a.rule for a in ward.alerts.values() if a.cleared_at} == over, at
    w24 = ward.live("W24")
    assert [each.text for each in w24.findings] == [
        "82.5 kg − 81.4 kg = 1.1 kg ≥ 0.9 kg",
        "83.4 kg − 82.5 kg = 0.9 kg ≥ 0.9 kg",
    ]
    assert ward.live("W7").findings[0].text == "83.4 kg − 81.0 kg = 2.4 kg ≥ 2.3 kg"
    assert ward.everything(local("2026-09-12 08:00")) == ()


def test_the_dry_weight_of_the_story_is_exceeded_on_the_same_day() -> None:
    ward = a_ward(dry_weight="81.0")
    for at, kilograms, _, _ in STORY[:5]:
        ward.record(a_weight(kilograms, at))
    assert ward.raised() == {"W24": "moderate", "W7": "high", "WDRY": "moderate"}
    assert ward.live("WDRY").findings[0].text == "83.4 kg − 81.0 kg = 2.4 kg ≥ 1.8 kg (dry weight)"


def test_in_pounds_the_last_day_of_the_story_fires_only_the_week() -> None:
    """The published pair is rounded: 1.98 lb is not 2 lb, and 5.29 lb is 5 lb."""
    ward = a_ward()
    for at, pounds in [
        ("2026-09-06 07:10", "178.57"),
        ("2026-09-07 07:00", "179.46"),
        ("2026-09-08 07:02", "181.88"),
        ("2026-09-09 07:01", "183.86"),
    ]:
        ward.record(a_weight(pounds, at, unit="[lb_av]"))
    assert ward.raised() == {"W24": "moderate", "W7": "high"}
    assert [each.at for each in ward.live("W24").findings] == [local("2026-09-08 07:02")]
    assert ward.live("W7").findings[0].text == "183.86 [lb_av] − 178.57 [lb_av] = 5.29 [lb_av] ≥ 5 [lb_av]"


DAY_GAINS = [
    ("kg", "81.0", "81.8", None),
    ("kg", "81.0", "81.9", "moderate"),
    ("kg", "82.5", "83.4", "moderate"),
    ("kg", "62.1", "64.1", "high"),
    ("kg", "81.0", "82.3", "moderate"),
    ("kg", "81.0", "82.4", "high"),
    ("[lb_av]", "180.0", "181.9", None),
    ("[lb_av]", "180.0", "182.0", "moderate"),
    ("[lb_av]", "180.0", "182.9", "moderate"),
    ("[lb_av]", "180.0", "183.0", "high"),
    ("g", "81000", "81899", None),
    ("g", "81000", "81900", "moderate"),
]


@pytest.mark.parametrize(("unit", "before", "after", "severity"), DAY_GAINS)
def test_a_gain_in_a_day(unit: str, before: str, after: str, severity: str | None) -> None:
    ward = a_ward()
    ward.record(a_weight(before, "2026-09-10 07:00", unit=unit))
    ward.record(a_weight(after, "2026-09-11 07:00", unit=unit))
    assert ward.raised().get("W24") == severity


@pytest.mark.parametrize(
    ("previous", "fires"),
    [
        ("2026-09-10 19:00", True),  # 12 h
        ("2026-09-10 19:01", False),
        ("2026-09-09 19:00", True),  # 36 h
        ("2026-09-09 18:59", False),
    ],
)
def test_the_previous_day_is_12_to_36_hours_away_and_never_stretched(previous: str, fires: bool) -> None:
    ward = a_ward()
    ward.record(a_weight("81.0", previous))
    ward.record(a_weight("82.0", "2026-09-11 07:00"))
    assert ("W24" in ward.raised()) is fires


def test_only_the_first_weight_of_the_local_day_counts() -> None:
    ward = a_ward()
    ward.record(a_weight("81.0", "2026-09-10 07:00"))
    ward.record(a_weight("81.2", "2026-09-11 07:00"))
    ward.record(a_weight("82.9", "2026-09-11 21:00"))  # next day in UTC, same day at home
    assert ward.raised() == {}
    ward.record(a_weight("81.3", "2026-09-12 07:00"))
    assert ward.raised() == {}


def test_after_a_gap_only_the_week_applies() -> None:
    ward = a_ward()
    ward.record(a_weight("81.0", "2026-09-08 07:00"))
    ward.record(a_weight("83.3", "2026-09-11 07:00"))
    assert ward.raised() == {"W7": "high"}


def test_a_first_weight_that_arrives_late_takes_the_alert_back() -> None:
    ward = a_ward()
    ward.record(a_weight("81.0", "2026-09-10 07:00"))
    ward.record(a_weight("82.0", "2026-09-11 12:00"))
    assert ward.raised() == {"W24": "moderate"}
    ward.record(a_weight("81.2", "2026-09-11 07:00", received=local("2026-09-11 13:00")))
    assert ward.raised() == {}
    assert [a.state for a in ward.alerts.values()] == [AlertState.CLOSED]


def test_a_stranger_on_the_scale_is_verified_first_and_spoils_no_other_day() -> None:
    ward = a_ward()
    for at, kilograms in [("2026-09-09 07:00", "81.0"), ("2026-09-10 07:00", "86.0"), ("2026-09-11 07:00", "81.2")]:
        ward.record(a_weight(kilograms, at))
    assert ward.raised() == {"W-VERIFY": "moderate"}
    verified = a_weight("86.0", "2026-09-10 07:01", verified=True)
    ward.record(verified)
    assert ward.raised()["W24"] == "high"


def test_after_two_days_a_large_gain_is_believed() -> None:
    ward = a_ward()
    ward.record(a_weight("81.0", "2026-09-09 07:00"))
    ward.record(a_weight("86.0", "2026-09-11 07:00"))
    assert ward.raised() == {"W7": "high"}


def test_units_that_change_between_days_are_compared_in_the_newer_one() -> None:
    ward = a_ward()
    ward.record(a_weight("81.64662660", "2026-09-10 07:00"))  # 180 lb exactly
    ward.record(a_weight("182", "2026-09-11 07:00", unit="[lb_av]"))
    assert ward.raised() == {"W24": "moderate"}
    other = a_ward()
    other.record(a_weight("81.64662661", "2026-09-10 07:00"))
    other.record(a_weight("182", "2026-09-11 07:00", unit="[lb_av]"))
    assert other.raised() == {}


@pytest.mark.parametrize(("kilograms", "fires"), [("82.7", False), ("82.8", True)])
def test_above_dry_weight(kilograms: str, fires: bool) -> None:
    ward = a_ward(dry_weight="81.0")
    ward.record(a_weight(kilograms, "2026-09-10 07:00"))
    assert ("WDRY" in ward.raised()) is fires


@pytest.mark.parametrize(("kilograms", "expected"), [("79.3", {}), ("79.2", {"WLOSS": "moderate"})])
def test_below_dry_weight(kilograms: str, expected: dict[str, str]) -> None:
    ward = a_ward(dry_weight="81.0")
    ward.record(a_weight(kilograms, "2026-09-10 07:00"))
    assert ward.raised() == expected


def test_loss_with_dizziness_is_high_whichever_comes_first() -> None:
    for order in (0, 1):
        ward = a_ward(dry_weight="81.0")
        pair = [a_weight("79.0", "2026-09-10 07:00"), symptoms("2026-09-10 09:00", "dizziness")]
        for reading in pair[:: -1 if order else 1]:
            ward.record(reading, local("2026-09-10 09:30"))
        assert ward.raised() == {"WLOSS": "moderate", "WLOSS-DIZZY": "high"}


VITALS = [
    (Metric.BP_SYSTOLIC, "90", "mm[Hg]", {}),
    (Metric.BP_SYSTOLIC, "89", "mm[Hg]", {"SBP-LOW": "high"}),
    (Metric.HEART_RATE, "120", "/min", {}),
    (Metric.HEART_RATE, "121", "/min", {"HR-HIGH": "high"}),
    (Metric.HEART_RATE, "45", "/min", {}),
    (Metric.HEART_RATE, "44", "/min", {"HR-LOW": "high"}),
    (Metric.SPO2, "92", "%", {}),
    (Metric.SPO2, "91", "%", {"SPO2-LOW": "moderate"}),
    (Metric.SPO2, "90", "%", {"SPO2-LOW": "moderate"}),
    (Metric.SPO2, "89", "%", {"SPO2-LOW": "high"}),
    (Metric.SPO2, "88", "%", {"SPO2-LOW": "high"}),
    (Metric.SPO2, "87", "%", {"SPO2-LOW": "critical"}),
    (Metric.RESP_RATE, "24", "/min", {}),
    (Metric.RESP_RATE, "25", "/min", {"RR-HIGH": "moderate"}),
    (Metric.RESP_RATE, "30", "/min", {"RR-HIGH": "moderate"}),
    (Metric.RESP_RATE, "31", "/min", {"RR-HIGH": "critical"}),
    (Metric.POTASSIUM, "4.9", "mmol/L", {}),
    (Metric.POTASSIUM, "5.5", "mmol/L", {"K-HIGH": "high"}),
    (Metric.POTASSIUM, "6.0", "mmol/L", {"K-HIGH": "critical"}),
    (Metric.POTASSIUM, "3.5", "mmol/L", {}),
    (Metric.POTASSIUM, "3.4", "mmol/L", {"K-LOW": "moderate"}),
    (Metric.POTASSIUM, "2.9", "mmol/L", {"K-LOW": "high"}),
    (Metric.NYHA, "4", "{rank}", {"NYHA-IV": "high"}),
]


@pytest.mark.parametrize(("metric", "value", "unit", "expected"), VITALS)
def test_a_single_value(metric: Metric, value: str, unit: str, expected: dict[str, str]) -> None:
    ward = a_ward()
    ward.record(a_reading(metric, value, unit, "2026-09-10 08:00"))
    assert ward.raised() == expected


def test_severe_pressure_is_an_alert_when_confirmed_in_either_part() -> None:
    ward = a_ward()
    for minute, systolic, diastolic in [(0, "180", "119"), (5, "181", "100"), (7, "150", "121")]:
        ward.record(a_reading(Metric.BP_SYSTOLIC, systolic, "mm[Hg]", f"2026-09-10 08:0{minute}"))
        ward.record(a_reading(Metric.BP_DIASTOLIC, diastolic, "mm[Hg]", f"2026-09-10 08:0{minute}"))
    assert ward.raised() == {"SBP-HIGH": "moderate", "BP-S": "high"}
    ward.record(symptoms("2026-09-10 08:10", "chest-pain"))
    assert ward.raised()["BP-E"] == "critical"
    assert ward.raised()["SYM-RED"] == "critical"


def test_two_diastolic_or_systolic_alone_do_not_confirm_a_normal_check_between() -> None:
    ward = a_ward()
    for minute, systolic in [(0, "185"), (3, "150"), (6, "186")]:
        ward.record(a_reading(Metric.BP_SYSTOLIC, systolic, "mm[Hg]", f"2026-09-10 08:0{minute}"))
    assert "BP-S" not in ward.raised()


def test_a_copd_target_brings_its_own_limits() -> None:
    ward = Ward(HEART_FAILURE, a_watch(facts=["copd-oxygen-target"]))
    ward.record(a_reading(Metric.SPO2, "88", "%", "2026-09-10 08:00"))
    assert ward.raised() == {}
    ward.record(a_reading(Metric.SPO2, "87", "%", "2026-09-10 08:30"))
    assert ward.raised() == {"SPO2-LOW-COPD": "high"}


@pytest.mark.parametrize(
    ("unit", "before", "after", "fires"),
    [
        ("mg/dL", "1.8", "1.9", False),  # the story: +5.6 %
        ("mg/dL", "1.8", "2.0", False),
        ("mg/dL", "1.8", "2.1", True),
        ("mg/dL", "0.8", "1.03", False),
        ("mg/dL", "0.8", "1.04", True),  # 30 %
        ("umol/L", "160", "186", False),
        ("umol/L", "160", "186.5", True),
    ],
)
def test_creatinine(unit: str, before: str, after: str, fires: bool) -> None:
    ward = a_ward()
    ward.record(a_reading(Metric.CREATININE, before, unit, "2026-09-04 09:00"))
    ward.record(a_reading(Metric.CREATININE, after, unit, "2026-09-16 09:00"))
    assert ("CREA-RISE" in ward.raised()) is fires


def test_one_nyha_class_worse_than_at_discharge() -> None:
    ward = a_ward()
    ward.record(a_reading(Metric.NYHA, "2", "{rank}", "2026-09-04 10:00"))
    ward.record(a_reading(Metric.NYHA, "3", "{rank}", "2026-09-09 10:12"))
    assert ward.raised() == {"NYHA-RISE": "moderate"}


def test_readings_before_the_enrollment_are_history_and_open_nothing() -> None:
    ward = a_ward()
    ward.record(a_weight("80.0", "2026-09-03 07:00"))
    ward.record(a_weight("81.0", "2026-09-04 07:00"))
    assert ward.raised() == {}
    ward.record(a_weight("82.0", "2026-09-05 07:00"))
    assert ward.live("W24").severity is Severity.MODERATE


@pytest.mark.parametrize(
    ("unit", "first", "last", "at", "expected"),
    [
        ("kg", "80.0", "82.0", "2026-09-09 07:00", None),
        ("kg", "80.0", "82.1", "2026-09-09 07:00", "moderate"),
        ("kg", "80.0", "82.1", "2026-09-09 07:01", None),
        ("kg", "80.0", "82.2", "2026-09-09 07:00", "moderate"),
        ("kg", "80.0", "82.3", "2026-09-09 07:00", None),
        ("[lb_av]", "180.0", "184.4", "2026-09-09 07:00", None),
        ("[lb_av]", "180.0", "184.5", "2026-09-09 07:00", "moderate"),
        ("g", "80000", "82000", "2026-09-09 07:00", None),
        ("g", "80000", "82001", "2026-09-09 07:00", "moderate"),
    ],
)
def test_more_than_2_kg_in_three_days_is_said_unless_the_week_says_it(
    unit: str, first: str, last: str, at: str, expected: str | None
) -> None:
    ward = a_ward()
    ward.record(a_weight(first, "2026-09-06 07:00", unit=unit))
    ward.record(a_weight(last, at, unit=unit))
    assert ward.raised().get("W3") == expected
    assert (ward.raised().get("W7") == "high") is (last == "82.3")


def test_a_gain_said_before_the_week_stays_its_own_episode_until_it_has_settled() -> None:
    ward = a_ward()
    days = [("06", "80.0"), ("07", "80.7"), ("08", "81.4"), ("09", "82.1"), ("10", "82.4"), ("11", "80.5")]
    for day, kilograms in days:
        ward.record(a_weight(kilograms, f"2026-09-{day} 07:00"))
    assert ward.raised() == {"W3": "moderate", "W7": "high"}
    assert [each.text for each in ward.live("W3").findings] == ["82.1 kg − 80.0 kg = 2.1 kg > 2 kg"]
    assert ward.live("W3").cleared_at == local("2026-09-11 07:00")


@pytest.mark.parametrize(("systolic", "expected"), [("100", None), ("99", "high")])
def test_a_loss_in_a_week_with_low_pressure_is_high(systolic: str, expected: str | None) -> None:
    ward = a_ward()
    ward.record(a_weight("82.3", "2026-09-06 07:00"))
    ward.record(a_weight("80.0", "2026-09-09 07:00"))
    ward.record(a_reading(Metric.BP_SYSTOLIC, systolic, "mm[Hg]", "2026-09-09 07:10"))
    assert ward.raised().get("WLOSS-7-LOW-BP") == expected


@pytest.mark.parametrize("protocol", ["heart-failure", "ckd"])
def test_an_nsaid_is_moderate_in_heart_failure_and_kidney_disease(protocol: str) -> None:
    ward = Ward(LATEST[protocol], a_watch("2026-09-04 15:20"))
    ward.record(symptoms("2026-09-09 10:00", "nsaid"))
    assert ward.raised() == {"NSAID": "moderate"}
