"""What nurses do with alerts, and what a worse or a withdrawn value does to what they did."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from services.monitoring.domain.alert_acts import after, check_snooze, refusal
from services.monitoring.domain.alert_problems import SnoozeInThePast, SnoozeTooLong
from services.monitoring.domain.alerts import CloseSourceCorrected, Extend, state_now
from services.monitoring.domain.protocols import LATEST
from shared.kit.problems import Problem
from shared.vocabulary import AlertAct, AlertState, Metric, NeedKind, Severity
from tests.support.ward import Ward, a_glucose, a_reading, a_watch, local

DIABETES = LATEST["diabetes"]
MORNING = local("2026-09-10 08:00")


def a_low() -> Ward:
    ward = Ward(DIABETES, a_watch())
    ward.record(a_glucose("66", MORNING))
    return ward


def test_a_resolved_alert_stays_resolved_and_a_later_low_opens_another() -> None:
    ward = a_low()
    ward.record(a_glucose("92", MORNING + timedelta(minutes=15)))
    ward.resolve("HYPO")
    ward.record(a_glucose("67", MORNING + timedelta(hours=5)))
    assert [a.state for a in ward.alerts.values() if a.rule == "HYPO"] == [AlertState.RESOLVED, AlertState.OPEN]


def test_a_low_from_before_the_resolve_that_arrives_after_it_was_never_seen() -> None:
    ward = a_low()
    ward.record(a_glucose("92", MORNING + timedelta(minutes=15)))
    ward.resolve("HYPO")
    ward.record(a_glucose("60", MORNING - timedelta(hours=3), received=MORNING + timedelta(hours=1)))
    assert ward.live("HYPO").findings[0].at == MORNING - timedelta(hours=3)


def test_worse_pierces_an_acknowledgement_and_a_snooze_and_the_same_does_not() -> None:
    for act in ("acknowledge", "snooze"):
        ward = a_low()
        ward.acknowledge("HYPO") if act == "acknowledge" else ward.snooze("HYPO", MORNING + timedelta(hours=8))
        quiet = ward.live("HYPO").state
        ward.record(a_glucose("67", MORNING + timedelta(minutes=5)))
        assert ward.live("HYPO").state is quiet
        ward.record(a_glucose("50", MORNING + timedelta(minutes=10)))
        assert ward.live("HYPO").state is AlertState.OPEN
        last = ward.log[-1]
        assert isinstance(last, Extend)
        assert (last.raised, last.pierced, last.opens_need) == (True, True, NeedKind.ALERT_FOLLOW_UP)


@pytest.mark.parametrize(
    ("metric", "unit", "first", "near", "far"),
    [
        (Metric.BP_SYSTOLIC, "mm[Hg]", "88", "79", "78"),
        (Metric.GLUCOSE_SMBG, "mg/dL", "68", "59", "58"),
        (Metric.GLUCOSE_SMBG, "mg/dL", "260", "309", "310"),
        (Metric.POTASSIUM, "mmol/L", "5.5", "5.7", "5.8"),
    ],
)
def test_a_value_worse_by_its_margin_pierces_a_snooze_though_no_more_serious(
    metric: Metric, unit: str, first: str, near: str, far: str
) -> None:
    protocols = {Metric.BP_SYSTOLIC: "hypertension", Metric.POTASSIUM: "ckd"}
    ward = Ward(LATEST[protocols.get(metric, "diabetes")], a_watch())
    ward.record(a_reading(metric, first, unit, MORNING))
    (rule,) = [alert.rule for alert in ward.alerts.values()]
    before = ward.live(rule).severity
    ward.snooze(rule, MORNING + timedelta(hours=8))
    ward.record(a_reading(metric, near, unit, MORNING + timedelta(hours=1)))
    assert ward.live(rule).state is AlertState.SNOOZED
    ward.record(a_reading(metric, far, unit, MORNING + timedelta(hours=2)))
    assert (ward.live(rule).state, ward.live(rule).severity) == (AlertState.OPEN, before)
    last = [each for each in ward.log if isinstance(each, Extend)][-1]
    assert (last.rule, last.pierced, last.raised) == (rule, True, False)
    ward.sweep(MORNING + timedelta(hours=3))
    assert ward.live(rule).state is AlertState.OPEN, "until the next act"


def test_drops_within_the_margin_add_up_from_what_was_known_at_the_snooze() -> None:
    ward = Ward(LATEST["hypertension"], a_watch())
    for hours, value in enumerate(("88", "82", "77")):
        ward.record(a_reading(Metric.BP_SYSTOLIC, value, "mm[Hg]", MORNING + timedelta(hours=hours)))
        if hours == 0:
            ward.snooze("BP-LOW", MORNING + timedelta(hours=8))
    assert ward.live("BP-LOW").state is AlertState.OPEN


def test_snoozing_a_high_silences_no_low() -> None:
    ward = Ward(DIABETES, a_watch())
    ward.record(a_glucose("260", MORNING))
    ward.snooze("H-L2", MORNING + timedelta(hours=24))
    ward.record(a_glucose("60", MORNING + timedelta(hours=2)))
    assert ward.live("HYPO").state is AlertState.OPEN


def test_a_snooze_ends() -> None:
    ward = a_low()
    ward.snooze("HYPO", MORNING + timedelta(hours=1))
    alert = ward.live("HYPO")
    assert state_now(alert, alert.severity, MORNING + timedelta(minutes=59)) is AlertState.SNOOZED
    assert state_now(alert, alert.severity, MORNING + timedelta(hours=1)) is AlertState.OPEN


def test_severity_falls_only_with_the_evidence_and_says_so() -> None:
    ward = a_low()
    worse = a_glucose("50", MORNING + timedelta(minutes=5))
    ward.record(worse)
    ward.acknowledge("HYPO")
    ward.correct(worse.key, "68", MORNING + timedelta(minutes=8))
    last = ward.log[-1]
    assert isinstance(last, Extend)
    assert (last.lowered, last.episode.severity, last.state) == (True, Severity.MODERATE, AlertState.ACKNOWLEDGED)
    assert [each.text for each in last.withdrawn] == ["50 mg/dL < 54 mg/dL"]


def test_a_corrected_value_that_is_worse_than_what_was_resolved_is_a_new_alert() -> None:
    ward = a_low()
    ward.resolve("HYPO")
    (key,) = ward.readings
    ward.correct(key, "69", MORNING + timedelta(minutes=10))
    assert [a.state for a in ward.alerts.values()] == [AlertState.RESOLVED]
    ward.correct(key, "50", MORNING + timedelta(minutes=15))
    assert ward.live("HYPO").severity is Severity.HIGH


def test_hysteresis_between_entry_and_exit_nothing_opens_and_nothing_clears() -> None:
    ward = Ward(DIABETES, a_watch())
    for hour, value in enumerate(["251", "200", "181", "180", "200", "251"]):
        ward.record(a_glucose(value, MORNING + timedelta(minutes=20 * hour)))
        cleared = ward.live("H-L2").cleared_at
        assert (cleared is not None) is (hour in (3, 4)), value
    assert len(ward.live("H-L2").findings) == 2
    assert len([a for a in ward.alerts.values() if a.rule == "H-L2"]) == 1


def test_when_the_last_evidence_goes_the_earlier_recovery_stands_again() -> None:
    ward = Ward(replace(DIABETES, rules=tuple(r for r in DIABETES.rules if r.key == "H-L2")), a_watch())
    second = a_glucose("270", MORNING + timedelta(days=2))
    for reading in (a_glucose("260", MORNING), a_glucose("150", MORNING + timedelta(days=1)), second):
        ward.record(reading)
    assert ward.live("H-L2").cleared_at is None
    ward.void(second.key, MORNING + timedelta(days=3))
    assert ward.live("H-L2").cleared_at == MORNING + timedelta(days=1)


def test_a_recheck_that_arrives_late_is_heard_although_the_alert_was_closed() -> None:
    ward = a_low()
    ward.sweep(MORNING + timedelta(minutes=20))
    assert ward.live("HYPO").severity is Severity.HIGH
    ward.resolve("HYPO")
    ward.record(a_glucose("92", MORNING + timedelta(minutes=15), received=MORNING + timedelta(hours=1)))
    (alert,) = ward.alerts.values()
    assert (alert.state, alert.severity, len(alert.findings)) == (AlertState.RESOLVED, Severity.MODERATE, 1)


def test_the_table_of_acts() -> None:
    reachable = {(state, act): after(state, act) for state in AlertState for act in AlertAct}
    assert reachable[AlertState.OPEN, AlertAct.RESOLVE] is AlertState.RESOLVED
    assert reachable[AlertState.SNOOZED, AlertAct.ACKNOWLEDGE] is AlertState.ACKNOWLEDGED
    for act in AlertAct:
        assert reachable[AlertState.RESOLVED, act] is None
        assert reachable[AlertState.CLOSED, act] is None
    assert reachable[AlertState.ACKNOWLEDGED, AlertAct.ACKNOWLEDGE] is None


def test_acts_are_refused_with_a_reason() -> None:
    ward = a_low()
    assert refusal(ward.live("HYPO"), AlertAct.SNOOZE, MORNING) is None
    ward.acknowledge("HYPO")
    assert refusal(ward.live("HYPO"), AlertAct.ACKNOWLEDGE, MORNING) == (
        "An alert that is acknowledged cannot be acknowledged."
    )
    critical = Ward(DIABETES, a_watch())
    critical.record(a_glucose("> 600", MORNING))
    assert "critical" in (refusal(critical.live("H-HI"), AlertAct.SNOOZE, MORNING) or "")


@pytest.mark.parametrize(
    ("severity", "hours", "refused"),
    [
        (Severity.HIGH, 24, None),
        (Severity.HIGH, 25, SnoozeTooLong),
        (Severity.LOW, 0, SnoozeInThePast),
        (Severity.CRITICAL, 1, SnoozeTooLong),
    ],
)
def test_how_long_an_alert_may_be_quiet(severity: Severity, hours: int, refused: type[Problem] | None) -> None:
    with nullcontext() if refused is None else pytest.raises(refused):
        check_snooze(severity, MORNING + timedelta(hours=hours), MORNING)


def test_withdrawn_evidence_of_a_resolved_alert_changes_the_record_and_not_the_outcome() -> None:
    ward = a_low()
    ward.resolve("HYPO")
    (key,) = ward.readings
    ward.void(key, MORNING + timedelta(minutes=10))
    (alert,) = ward.alerts.values()
    assert (alert.state, alert.findings) == (AlertState.RESOLVED, ())
    assert not [c for c in ward.log if isinstance(c, CloseSourceCorrected)]


def test_in_the_sensor_hi_is_urgent() -> None:
    ward = Ward(DIABETES, a_watch())
    ward.record(a_reading(Metric.GLUCOSE_CGM, "> 400", "mg/dL", MORNING))
    assert ward.raised() == {"H-HI-CGM": "high"}
