"""The glucose and ketone days of the diabetes story (clinical §7b) and the edges of its rules, in both units."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.monitoring.domain.alerts import Open
from services.monitoring.domain.evaluation import notes
from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.readings import Reading
from shared.vocabulary import AlertState, Metric, NeedKind, Severity
from tests.support.ward import Ward, a_glucose, a_reading, a_watch, local, symptoms

DIABETES = LATEST["diabetes"]


def a_ward(*facts: str) -> Ward:
    return Ward(DIABETES, a_watch(facts=facts))


def test_fasting_values_above_range_are_only_noted() -> None:
    ward = a_ward()
    for day, value in [("01", "162"), ("02", "158"), ("03", "165")]:
        ward.record(a_reading(Metric.GLUCOSE_FASTING, value, "mg/dL", f"2026-09-{day} 07:00"))
    assert ward.raised() == {}
    noted = notes(DIABETES, ward.watch, a_glucose("201", "2026-09-18 21:00"))
    assert [(each.rule, each.severity) for each in noted] == [("H-L1", Severity.INFO)]


def test_level_1_recovered_in_17_minutes() -> None:
    ward = a_ward()
    ward.record(a_glucose("66", "2026-09-10 03:10", named=["shaky"]))
    assert ward.raised() == {"HYPO": "moderate"}
    ward.record(a_glucose("92", "2026-09-10 03:27"))
    ward.sweep(local("2026-09-10 03:31"))
    assert ward.raised() == {"HYPO": "moderate"}
    assert ward.live("HYPO").cleared_at == local("2026-09-10 03:27")


def test_level_2_not_recovered_is_raised_when_the_recheck_is_due() -> None:
    ward = a_ward()
    ward.record(a_glucose("66", "2026-09-10 03:10"))
    ward.record(a_glucose("92", "2026-09-10 03:27"))
    ward.resolve("HYPO")
    ward.record(a_glucose("52", "2026-09-13 02:40"))
    ward.record(a_glucose("61", "2026-09-13 02:56"))
    ward.sweep(local("2026-09-13 02:59"))
    assert ward.live("HYPO").severity is Severity.HIGH
    ward.sweep(local("2026-09-13 03:00"))
    assert ward.live("HYPO").severity is Severity.CRITICAL
    ward.record(a_glucose("88", "2026-09-13 03:14"))
    ward.sweep(local("2026-09-13 04:00"))
    hypo = ward.live("HYPO")
    assert hypo.severity is Severity.CRITICAL
    assert hypo.cleared_at == local("2026-09-13 03:14")
    assert [each.text for each in hypo.findings] == [
        "52 mg/dL < 54 mg/dL",
        "61 mg/dL < 70 mg/dL",
        "52 mg/dL, and no value ≥ 70 mg/dL / 3.9 mmol/L within 20 min",
    ]
    assert ward.live("HYPO-REPEAT").severity is Severity.HIGH
    assert ward.everything(local("2026-09-13 05:00")) == ()


def test_a_recheck_is_not_missing_before_the_device_had_time_to_send_it() -> None:
    ward = a_ward()
    late = local("2026-09-13 07:00")
    ward.record(a_glucose("66", "2026-09-13 02:40", received=late))
    assert ward.raised() == {"HYPO": "moderate"}
    ward.record(a_glucose("92", "2026-09-13 03:00", received=late + timedelta(seconds=2)))
    ward.sweep(late + timedelta(hours=1))
    assert ward.raised() == {"HYPO": "moderate"}


def test_the_weekend_of_high_values_and_ketones() -> None:
    ward = a_ward()
    ward.record(a_glucose("268", "2026-09-19 21:00"))
    assert ward.raised() == {"H-L2": "low"}
    ward.record(a_glucose("312", "2026-09-20 07:10"))
    assert ward.raised() == {"H-L2": "low", "H-REP": "moderate"}
    ward.record(symptoms("2026-09-20 07:20", "thirst", "polyuria", "nausea"))
    ward.record(a_reading(Metric.KETONE_BLOOD, "1.8", "mmol/L", "2026-09-20 07:35"))
    assert ward.raised() == {"H-L2": "low", "H-REP": "moderate", "H-SYM": "high", "KETONES": "high"}
    needs = {c.episode.rule: c.opens_need for c in ward.log if isinstance(c, Open)}
    assert needs == {
        "H-L2": None,
        "H-REP": None,
        "H-SYM": NeedKind.ALERT_FOLLOW_UP,
        "KETONES": NeedKind.ALERT_FOLLOW_UP,
    }


def test_a_typing_error_alarms_at_once_and_the_correction_closes_it() -> None:
    ward = a_ward()
    typed = a_glucose("47", "2026-09-24 07:00")
    ward.record(typed)
    assert ward.live("HYPO").severity is Severity.HIGH
    ward.correct(typed.key, "147", local("2026-09-24 07:12"))
    assert ward.raised() == {}
    assert [alert.state for alert in ward.alerts.values()] == [AlertState.CLOSED]


SINGLE = [
    ("70", "mg/dL", {}),
    ("69", "mg/dL", {"HYPO": "moderate"}),
    ("54", "mg/dL", {"HYPO": "moderate"}),
    ("53", "mg/dL", {"HYPO": "high"}),
    ("3.9", "mmol/L", {}),
    ("3.8", "mmol/L", {"HYPO": "moderate"}),
    ("3.0", "mmol/L", {"HYPO": "moderate"}),
    ("2.9", "mmol/L", {"HYPO": "high"}),
    ("250", "mg/dL", {}),
    ("251", "mg/dL", {"H-L2": "low"}),
    ("13.9", "mmol/L", {}),  # 250.4 mg/dL, and not above
    ("14.0", "mmol/L", {"H-L2": "low"}),
    ("599", "mg/dL", {"H-L2": "low"}),
    ("600", "mg/dL", {"H-L2": "low", "H-HI": "critical"}),
    ("33.3", "mmol/L", {"H-L2": "low", "H-HI": "critical"}),
    ("< 20", "mg/dL", {"HYPO": "high"}),
    ("< 1.1", "mmol/L", {"HYPO": "high"}),
    ("< 54", "mg/dL", {"HYPO": "high"}),
    ("< 55", "mg/dL", {"HYPO": "moderate"}),
    ("< 71", "mg/dL", {}),
    ("> 600", "mg/dL", {"H-L2": "low", "H-HI": "critical"}),
    ("> 500", "mg/dL", {"H-L2": "low", "H-HI": "critical"}),
]


@pytest.mark.parametrize(("value", "unit", "expected"), SINGLE)
def test_a_single_meter_value(value: str, unit: str, expected: dict[str, str]) -> None:
    ward = a_ward()
    ward.record(a_glucose(value, "2026-09-10 08:00", unit=unit))
    assert ward.raised() == expected


@pytest.mark.parametrize(("value", "unit", "fires"), [("180", "mg/dL", 0), ("181", "mg/dL", 1), ("10.0", "mmol/L", 0)])
def test_above_range_is_noted_by_the_pair(value: str, unit: str, fires: int) -> None:
    assert len(notes(DIABETES, a_watch(), a_glucose(value, "2026-09-10 08:00", unit=unit))) == fires


def test_high_values_two_hours_apart_or_three_in_a_week() -> None:
    close = a_ward()
    close.record(a_glucose("260", "2026-09-10 08:00"))
    close.record(a_glucose("270", "2026-09-10 09:59"))
    assert "H-REP" not in close.raised()
    close.record(a_glucose("255", "2026-09-10 10:00"))
    assert close.raised()["H-REP"] == "moderate"
    apart = a_ward()
    for day, value in [("08", "260"), ("09", "150"), ("10", "260"), ("11", "150")]:
        apart.record(a_glucose(value, f"2026-09-{day} 08:00"))
    assert "H-REP" not in apart.raised()
    apart.record(a_glucose("251", "2026-09-15 08:00"))
    assert apart.raised()["H-REP"] == "moderate"


@pytest.mark.parametrize(("first", "second", "fires"), [("301", "301", True), ("300", "310", False)])
def test_persistently_above_300(first: str, second: str, fires: bool) -> None:
    ward = a_ward()
    ward.record(a_glucose(first, "2026-09-10 08:00"))
    ward.record(a_glucose(second, "2026-09-10 12:00"))
    assert ("H-300" in ward.raised()) is fires


KETONES = [
    (Metric.KETONE_BLOOD, "0.5", "mmol/L", None),
    (Metric.KETONE_BLOOD, "0.6", "mmol/L", "moderate"),
    (Metric.KETONE_BLOOD, "1.5", "mmol/L", "moderate"),
    (Metric.KETONE_BLOOD, "1.6", "mmol/L", "high"),
    (Metric.KETONE_BLOOD, "3.0", "mmol/L", "high"),
    (Metric.KETONE_BLOOD, "3.1", "mmol/L", "critical"),
    (Metric.KETONE_BLOOD, "> 8", "mmol/L", "critical"),
    (Metric.KETONE_URINE, "0", "{rank}", None),
    (Metric.KETONE_URINE, "1", "{rank}", "moderate"),
    (Metric.KETONE_URINE, "2", "{rank}", "moderate"),
    (Metric.KETONE_URINE, "3", "{rank}", "high"),
    (Metric.KETONE_URINE, "4", "{rank}", "critical"),
]


@pytest.mark.parametrize(("metric", "value", "unit", "severity"), KETONES)
def test_ketones(metric: Metric, value: str, unit: str, severity: str | None) -> None:
    ward = a_ward()
    ward.record(a_reading(metric, value, unit, "2026-09-20 07:35"))
    assert ward.raised().get("KETONES") == severity


@pytest.mark.parametrize(
    ("value", "unit", "fires"),
    [("8.2", "%", False), ("9.0", "%", False), ("9.1", "%", True), ("75", "mmol/mol", False), ("76", "mmol/mol", True)],
)
def test_a1c(value: str, unit: str, fires: bool) -> None:
    ward = a_ward()
    ward.record(a_reading(Metric.HBA1C, value, unit, "2026-09-25 09:00"))
    assert ("A1C-HIGH" in ward.raised()) is fires


def sensor(value: str, minute: int) -> Reading:
    return a_reading(Metric.GLUCOSE_CGM, value, "mg/dL", local("2026-09-10 03:00") + timedelta(minutes=minute))


def test_a_sensor_low_counts_after_15_minutes_and_never_as_a_single_point() -> None:
    ward = a_ward()
    for minute in (0, 5, 10):
        ward.record(sensor("65", minute))
    assert ward.raised() == {}
    ward.record(sensor("64", 15))
    assert ward.raised() == {"HYPO-CGM": "moderate"}
    interrupted = a_ward()
    for minute, value in [(0, "65"), (5, "71"), (10, "65"), (15, "65"), (20, "66")]:
        interrupted.record(sensor(value, minute))
    assert interrupted.raised() == {}
    gap = a_ward()
    for minute in (0, 5, 40):
        gap.record(sensor("65", minute))
    assert gap.raised() == {}


def test_who_does_not_feel_a_low_is_called_one_step_sooner() -> None:
    ward = a_ward("hypoglycaemia-unaware")
    ward.record(a_glucose("66", "2026-09-10 03:10"))
    assert ward.raised() == {"HYPO": "high"}


def test_help_of_another_person_is_level_3_whatever_the_glucose() -> None:
    ward = a_ward()
    ward.record(symptoms("2026-09-10 09:00", "needed-help"))
    assert ward.raised() == {"HYPO-3": "critical"}


def test_lows_within_two_hours_are_one_event() -> None:
    ward = a_ward()
    for at in ("2026-09-10 03:10", "2026-09-10 03:50", "2026-09-10 05:49"):
        ward.record(a_glucose("66", at))
        ward.record(a_glucose("90", local(at) + timedelta(minutes=15)))
    assert ward.raised() == {"HYPO": "moderate"}
    ward.record(a_glucose("69", "2026-09-17 03:10"))
    assert ward.raised()["HYPO-REPEAT"] == "high"
    later = a_ward()
    later.record(a_glucose("66", "2026-09-10 03:10"))
    later.record(a_glucose("69", "2026-09-17 03:11"))
    assert "HYPO-REPEAT" not in later.raised()


def test_what_arrives_a_day_late_informs_and_pages_nobody() -> None:
    ward = a_ward()
    ward.record(a_glucose("45", "2026-09-10 03:10", received=local("2026-09-11 03:10")))
    assert ward.raised() == {"HYPO": "high"}
    late = a_ward()
    late.record(a_glucose("45", "2026-09-10 03:10", received=local("2026-09-11 03:11")))
    alert = late.live("HYPO")
    assert (alert.severity, alert.retrospective) == (Severity.LOW, True)
    assert [c.opens_need for c in late.log if isinstance(c, Open)] == [None]


def a_sensor_low(at: str, value: str = "65", minutes: int = 15) -> list[Reading]:
    """A sensor stays low for so long, every five minutes, and then is well again for as long."""
    start = local(at)
    times = [start + timedelta(minutes=5 * k) for k in range(minutes // 5 + 1)]
    after = [times[-1] + timedelta(minutes=5 * k) for k in range(1, 5)]
    lows = [a_reading(Metric.GLUCOSE_CGM, value, "mg/dL", each) for each in times]
    return [*lows, *(a_reading(Metric.GLUCOSE_CGM, "100", "mg/dL", each) for each in after)]


def _meter(at: str) -> list[Reading]:
    return [a_glucose("66", at), a_glucose("95", local(at) + timedelta(minutes=15))]


def _helped(at: str) -> list[Reading]:
    return [symptoms(at, "needed-help")]


@pytest.mark.parametrize("first", [a_sensor_low, _meter, _helped])
@pytest.mark.parametrize("second", [a_sensor_low, _meter, _helped])
@pytest.mark.parametrize(("at", "counts"), [("2026-09-16 03:00", True), ("2026-09-18 03:00", False)])
def test_two_events_of_any_level_in_seven_days_wherever_they_were_seen(
    first: Callable[[str], list[Reading]], second: Callable[[str], list[Reading]], at: str, counts: bool
) -> None:
    ward = a_ward()
    for each in first("2026-09-10 03:00"):
        ward.record(each)
    assert "HYPO-REPEAT" not in ward.raised()
    for each in second(at):
        ward.record(each)
    assert ward.raised().get("HYPO-REPEAT") == ("high" if counts else None)


@pytest.mark.parametrize(("at", "counts"), [("2026-09-17 03:00", True), ("2026-09-17 03:05", False)])
def test_an_event_of_the_sensor_is_of_the_minute_at_which_it_has_lasted_fifteen(at: str, counts: bool) -> None:
    ward = a_ward()
    for each in (*a_sensor_low("2026-09-10 03:00"), *a_sensor_low(at)):
        ward.record(each)
    assert ("HYPO-REPEAT" in ward.raised()) is counts


def test_a_point_of_the_sensor_is_no_event_and_meter_and_sensor_at_once_are_one() -> None:
    ward = a_ward()
    for each in (*_meter("2026-09-10 03:00"), a_reading(Metric.GLUCOSE_CGM, "50", "mg/dL", local("2026-09-12 03:00"))):
        ward.record(each)
    assert "HYPO-REPEAT" not in ward.raised()
    for each in a_sensor_low("2026-09-10 04:40", minutes=120):
        ward.record(each)
    assert "HYPO-REPEAT" not in ward.raised(), "two hours from low to low: still the same event"
    for each in a_sensor_low("2026-09-13 03:00", minutes=10):
        ward.record(each)
    assert "HYPO-REPEAT" not in ward.raised(), "ten minutes are no event"
    for each in a_sensor_low("2026-09-14 03:00"):
        ward.record(each)
    assert ward.raised()["HYPO-REPEAT"] == "high"
