"""Check-ins nobody held, sensors hardly worn, examinations overdue (clinical §1.2, §1.7, §1.11)."""

from datetime import timedelta
from typing import Any

from services.monitoring.jobs import silence
from tests.support.apps import Api
from tests.support.conversations import BY_PHONE, check_ins, does, held, plan, quiet, says
from tests.support.makers_monitoring import Patient, a_patient_with, local, with_diabetes, with_heart_failure

CHECK_IN, WORN = "OVERDUE-CHECK-IN", "CGM-ACTIVE"


async def missing(patient: Patient, rule: str, now: str) -> str | None:
    """How serious the absence is after the clock's job as of then; None while nothing is missing."""
    await silence.run_once(patient.api.sessions, [patient.api.organization], local(now))
    return (await patient.standing(now)).get(rule)


async def the_alert(patient: Patient, rule: str, now: str) -> dict[str, Any]:
    (found,) = [each for each in await patient.alerts(now) if each["rule"] == rule]
    return found


async def with_a_check_in_on_09_06(api: Api) -> tuple[Patient, dict[str, Any]]:
    patient = await with_heart_failure(api, since="2026-09-04 15:20")
    await plan(api, "2026-09-04 16:00")
    (check_in,) = await check_ins(patient, "2026-09-04 16:00")
    assert check_in["due_on"] == "2026-09-06"
    return patient, check_in


async def test_a_check_in_nobody_holds_is_low_then_moderate_and_over_once_held(monitoring: Api) -> None:
    patient, check_in = await with_a_check_in_on_09_06(monitoring)
    assert await missing(patient, CHECK_IN, "2026-09-06 23:59") is None
    assert await missing(patient, CHECK_IN, "2026-09-07 00:00") == "low"
    assert await missing(patient, CHECK_IN, "2026-09-08 23:59") == "low"
    assert await missing(patient, CHECK_IN, "2026-09-09 00:00") == "moderate"
    assert await missing(patient, CHECK_IN, "2026-09-30 00:00") == "moderate", "never more by itself"
    alert = await the_alert(patient, CHECK_IN, "2026-09-30 00:01")
    assert (alert["title"], alert["began_at"]) == ("Check-in not held", "2026-09-07T04:00:00Z")
    assert alert["arithmetic"] == "check-in due 2026-09-06, not held: low after 1 d, moderate after 3 d"
    begun = await says(patient, check_in, "2026-09-30 10:00", quiet("heart-failure"))
    await does(patient, begun, "complete", {"contact": BY_PHONE}, "2026-09-30 10:20")
    closed = await the_alert(patient, CHECK_IN, "2026-09-30 10:21")
    assert (closed["state"], closed["disposition"]) == ("closed", "data-received")


async def test_another_conversation_on_the_day_or_later_is_enough(monitoring: Api) -> None:
    patient, _ = await with_a_check_in_on_09_06(monitoring)
    assert await missing(patient, CHECK_IN, "2026-09-08 09:00") == "low"
    await held(patient, "2026-09-08 10:00", quiet("heart-failure"))
    assert await missing(patient, CHECK_IN, "2026-09-09 09:00") is None
    assert (await the_alert(patient, CHECK_IN, "2026-09-09 09:01"))["disposition"] == "data-received"


async def test_one_written_down_as_missed_is_asked_for_no_longer(monitoring: Api) -> None:
    patient, check_in = await with_a_check_in_on_09_06(monitoring)
    assert await missing(patient, CHECK_IN, "2026-09-07 09:00") == "low"
    await does(patient, check_in, "miss", {"reason": "unable-to-reach"}, "2026-09-07 10:00")
    closed = await the_alert(patient, CHECK_IN, "2026-09-07 10:01")
    assert (closed["state"], closed["disposition"]) == ("closed", "not-expected")
    await plan(monitoring, "2026-09-07 10:05")
    assert await missing(patient, CHECK_IN, "2026-09-11 23:59") is None
    assert await missing(patient, CHECK_IN, "2026-09-12 00:00") == "low", "the next one was due on the 11th"


async def test_whoever_dealt_with_it_hears_of_the_next_one_only(monitoring: Api) -> None:
    patient, check_in = await with_a_check_in_on_09_06(monitoring)
    assert await missing(patient, CHECK_IN, "2026-09-07 09:00") == "low"
    alert = await the_alert(patient, CHECK_IN, "2026-09-07 09:01")
    done = {"disposition": "resolved", "assessment": "Away", "action": "Calls back", "contact_outcome": "reached"}
    await patient.act(f"/v1/alerts/{alert['id']}/resolve", done, version=alert["version"], now="2026-09-07 09:30")
    assert await missing(patient, CHECK_IN, "2026-09-09 09:00") is None
    await does(patient, check_in, "miss", {"reason": "unable-to-reach"}, "2026-09-09 10:00")
    await plan(monitoring, "2026-09-09 10:05")
    assert await missing(patient, CHECK_IN, "2026-09-12 00:00") == "low"


async def test_nobody_is_overdue_while_paused(monitoring: Api) -> None:
    patient, _ = await with_a_check_in_on_09_06(monitoring)
    assert await missing(patient, CHECK_IN, "2026-09-07 09:00") == "low"
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    version = (await patient.client(now="2026-09-07 10:00").get(path)).json()["version"]
    await patient.act(f"{path}/pause", {"reason": "Travels"}, version=version, now="2026-09-07 10:00")
    assert await missing(patient, CHECK_IN, "2026-09-07 10:01") is None
    assert (await the_alert(patient, CHECK_IN, "2026-09-07 10:02"))["disposition"] == "not-expected"


async def wears(patient: Patient, start: str, days: int, a_day: int) -> None:
    """A sensor that speaks every 5 min for part of each day; what it sends comes once a day."""
    for day in range(days):
        first = local(start) + timedelta(days=day)
        sent = [
            patient.item("glucose_cgm", 120, "mg/dL", f"{first + timedelta(minutes=5 * each):%Y-%m-%d %H:%M}")
            for each in range(a_day)
        ]
        await patient.batch(sent, now=f"{first + timedelta(hours=23, minutes=58):%Y-%m-%d %H:%M}")


async def test_a_sensor_worn_too_little_is_low_until_it_is_worn_enough(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, since="2026-08-01 00:00")
    assert await missing(patient, WORN, "2026-08-20 00:00") is None, "no sensor"
    await wears(patient, "2026-09-01 00:00", 14, 201)
    assert await missing(patient, WORN, "2026-09-14 23:59") is None, "not worn for 14 days yet"
    assert await missing(patient, WORN, "2026-09-15 00:01") == "low"
    alert = await the_alert(patient, WORN, "2026-09-15 00:02")
    assert alert["arithmetic"] == "sensor active 69.8 % of 14 d < 70 %"
    await wears(patient, "2026-09-15 00:00", 1, 280)
    assert await missing(patient, WORN, "2026-09-16 00:01") is None
    assert (await the_alert(patient, WORN, "2026-09-16 00:02"))["disposition"] == "data-received"


async def test_eyes_feet_and_kidneys_are_overdue_until_they_were_examined(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, since="2026-08-01 00:00")
    for metric in ("eye_exam", "foot_exam"):
        await patient.sends(metric, 0, "{rank}", "2025-09-10 09:00", received="2026-08-01 10:00")
    await patient.sends("egfr", 40, "mL/min/{1.73_m2}", "2026-03-15 09:00", received="2026-08-01 10:00")
    await patient.sends("uacr", 100, "mg/g{creat}", "2026-03-15 09:00", received="2026-08-01 10:00")
    assert await missing(patient, "OVERDUE-KIDNEY", "2026-08-13 23:59") == "low"
    assert await missing(patient, "OVERDUE-KIDNEY", "2026-08-14 00:01") == "moderate"
    for now, severity in (("2026-09-10 23:59", None), ("2026-09-11 00:01", "low"), ("2026-10-10 00:01", "moderate")):
        assert await missing(patient, "OVERDUE-EYE", now) == severity
        assert await missing(patient, "OVERDUE-FOOT", now) == severity
    kidney = await the_alert(patient, "OVERDUE-KIDNEY", "2026-10-11 00:00")
    assert "last done 2026-03-15 (G3b A2: 3 a year), due 2026-07-15" in kidney["arithmetic"]
    await patient.sends("eye_exam", 1, "{rank}", "2026-10-12 09:00")
    assert (await the_alert(patient, "OVERDUE-EYE", "2026-10-12 09:01"))["disposition"] == "data-received"
    found = (await patient.client(now="2026-10-12 10:00").get(_expected(patient))).raise_for_status().json()
    assert {each["key"]: each["due_on"] for each in found}["OVERDUE-EYE"] == "2027-10-12"


def _expected(patient: Patient) -> str:
    return f"/v1/enrollments/{patient.enrollment['id']}/expectations"


async def test_what_is_expected_names_the_check_in_that_is_due(monitoring: Api) -> None:
    patient, _ = await with_a_check_in_on_09_06(monitoring)
    await silence.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-05 10:00"))
    found = (await patient.client(now="2026-09-05 10:01").get(_expected(patient))).raise_for_status().json()
    due = {each["key"]: each for each in found}[CHECK_IN]
    assert (due["due_on"], due["low_at"], due["moderate_at"]) == (
        "2026-09-06",
        "2026-09-07T04:00:00Z",
        "2026-09-09T04:00:00Z",
    )
    second = await a_patient_with(monitoring, "diabetes", "2026-09-05 08:00")
    await silence.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-05 11:00"))
    keys = {each["key"] for each in (await second.client(now="2026-09-05 11:01").get(_expected(second))).json()}
    assert {CHECK_IN, WORN, "OVERDUE-EYE", "OVERDUE-FOOT"} <= keys
