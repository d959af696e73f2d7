"""Who is told when, each once; deadlines in clinic hours; snoozes that end by the clock (clinical §1.9)."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from services.monitoring.jobs import escalation, silence
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.escalated import sees, tick, told
from tests.support.makers_monitoring import Patient, a_patient_with, local, with_diabetes
from tests.support.messages import messages

THURSDAY = "2026-09-10"


async def a_low(patient: Patient, value: int, at: str) -> dict[str, Any]:
    return (await patient.measures(value, at))["alerts"][0]  # type: ignore[no-any-return]


def same(found: str | None, expected: str) -> bool:
    return found is not None and datetime.fromisoformat(found) == local(expected)


async def test_moderate_at_night_waits_for_the_opening(monitoring: Api) -> None:
    """§7b: Level 1 on Thu 09-10 03:10, contact by the next business day."""
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient, 66, f"{THURSDAY} 03:10")
    assert same(alert["ack_due_at"], f"{THURSDAY} 12:00"), "4 business hours from 08:00"
    assert same(alert["act_by"], "2026-09-11 23:59:59.999999")
    assert await told(patient, "2026-09-11 07:59") == []
    assert await messages(monitoring, "NeedIdentified") == []
    assert await told(patient, "2026-09-11 08:00") == ["moderate-lead-nurse"]
    (need,) = await messages(monitoring, "NeedIdentified")
    assert need["source"]["id"] == alert["id"]
    assert await told(patient, "2026-09-20 08:00") == ["moderate-lead-nurse"], "once"
    assert len(await messages(monitoring, "NeedIdentified")) == 1
    (now_open,) = await patient.alerts("2026-09-20 08:00")
    assert now_open["escalated_to"] == "lead nurse"


async def test_high_climbs_in_hours_until_somebody_answers(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient, 50, "2026-09-10 16:30")
    await patient.measures(110, "2026-09-10 16:40")
    assert same(alert["ack_due_at"], "2026-09-11 08:30"), "half an hour on Thursday, half on Friday"
    assert await told(patient, "2026-09-11 08:29") == []
    assert await told(patient, "2026-09-11 08:30") == ["high-lead-nurse"]
    await sees(patient, alert, "2026-09-11 09:00")
    assert await told(patient, "2026-09-11 11:29") == ["high-lead-nurse"]
    assert await told(patient, "2026-09-11 11:30") == ["high-lead-nurse", "high-covering-physician"]
    assert await told(patient, "2026-09-14 12:00") == ["high-lead-nurse", "high-covering-physician"]


async def test_who_has_seen_a_moderate_one_in_time_keeps_it(monitoring: Api) -> None:
    """§1.9: its only tier is told what nobody has seen."""
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient, 66, "2026-09-10 10:00")
    await sees(patient, alert, "2026-09-10 13:59")
    assert await told(patient, "2026-09-18 12:00") == []


async def test_critical_climbs_by_the_clock_and_says_that_nobody_watches(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = (await patient.sends("ketone_blood", 3.4, "mmol/L", "2026-09-12 03:00"))["alerts"][0]
    assert alert["severity"] == "critical"
    assert "nobody reviews readings now" in alert["notice"]
    assert await told(patient, "2026-09-12 03:14") == ["critical-not-monitored"]
    assert await told(patient, "2026-09-12 03:15") == ["critical-not-monitored", "critical-supervisor"]
    assert await told(patient, "2026-09-12 03:30") == [
        "critical-not-monitored",
        "critical-supervisor",
        "critical-on-call-physician",
    ]


async def test_every_tier_is_found_by_whose_patient_it_is(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-07 09:00", case_manager="case_manager-1")
    await patient.sends("ketone_blood", 3.4, "mmol/L", "2026-09-12 03:00")
    tiers = await told(patient, "2026-09-12 03:15")
    assert tiers == ["critical-not-monitored", "critical-supervisor"]
    client = patient.client(now="2026-09-12 03:16")
    for who, found in (("me", tiers), ("nurse-9", [])):
        page = (await client.get("/v1/escalations", params={"case_manager": who})).raise_for_status().json()
        assert [each["tier"] for each in reversed(page["items"])] == found


async def test_what_arrives_late_pages_nobody(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    late = await patient.sends("ketone_blood", 3.4, "mmol/L", "2026-09-12 03:00", received="2026-09-14 09:00")
    assert late["alerts"][0]["retrospective"]
    assert await told(patient, "2026-09-20 09:00") == []


async def test_an_organizations_own_times_replace_the_defaults(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    admin = monitoring.as_(Role.CLINIC_ADMIN, now=local("2026-09-10 09:00"))
    body = {"opens": "07:00", "closes": "19:00", "always_covered": True, "minutes": {"high-lead-nurse": 20}}
    done = (await admin.put("/v1/rota", json=body, headers={"If-Match": '"0"'})).raise_for_status().json()
    assert (done["version"], done["opens"], done["minutes"]) == (1, "07:00:00", {"high-lead-nurse": 20})
    await a_low(patient, 50, "2026-09-10 18:00")
    assert await told(patient, "2026-09-10 18:19") == []
    assert await told(patient, "2026-09-10 18:20") == ["high-lead-nurse"]


async def test_a_snooze_that_is_over_is_opened_by_the_clock_and_escalates_anew(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient, 66, "2026-09-10 10:00")
    body = {"until": local("2026-09-10 15:00").isoformat(), "reason": "Eats, measures again"}
    await patient.act(f"/v1/alerts/{alert['id']}/snooze", body, version=1, now="2026-09-10 10:05")
    assert await told(patient, "2026-09-10 14:59") == []
    await tick(monitoring, "2026-09-10 15:00")
    (again,) = await patient.alerts("2026-09-10 15:00")
    assert (again["state"], same(again["raised_at"], "2026-09-10 15:00")) == ("open", True)
    assert await told(patient, "2026-09-11 14:59") == []
    assert await told(patient, "2026-09-11 15:00") == ["moderate-lead-nurse"]


async def test_whoever_was_told_before_a_snooze_is_told_again_after_it(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient, 50, "2026-09-10 10:00")
    assert await told(patient, "2026-09-10 11:00") == ["high-lead-nurse"]
    body = {"until": local("2026-09-10 12:00").isoformat(), "reason": "Eats, measures again"}
    await patient.act(f"/v1/alerts/{alert['id']}/snooze", body, version=alert["version"], now="2026-09-10 11:05")
    await tick(monitoring, "2026-09-10 12:00")
    assert await told(patient, "2026-09-10 12:59") == ["high-lead-nurse"]
    assert await told(patient, "2026-09-10 13:00") == ["high-lead-nurse"] * 2
    assert await told(patient, "2026-09-10 13:30") == ["high-lead-nurse"] * 2, "once for each clock"


async def test_a_much_lower_pressure_comes_through_a_snooze(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "hypertension", "2026-09-01 00:00")
    low = (await patient.sends("bp_systolic", 88, "mm[Hg]", "2026-09-10 10:00"))["alerts"][0]
    body = {"until": local("2026-09-10 18:00").isoformat(), "reason": "Lies down, measures again"}
    await patient.act(f"/v1/alerts/{low['id']}/snooze", body, version=low["version"], now="2026-09-10 10:05")
    near = (await patient.sends("bp_systolic", 80, "mm[Hg]", "2026-09-10 11:00"))["alerts"][0]
    assert (near["rule"], near["state"]) == ("BP-LOW", "snoozed")
    far = (await patient.sends("bp_systolic", 60, "mm[Hg]", "2026-09-10 12:00"))["alerts"][0]
    assert (far["id"], far["state"], far["severity"]) == (low["id"], "open", low["severity"])
    assert same(far["raised_at"], "2026-09-10 12:00"), "its clock begins anew"
    (stands,) = await patient.alerts("2026-09-10 12:30")
    assert stands["state"] == "open"


async def test_snoozing_a_high_value_silences_no_low_one(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    high = (await patient.measures(270, "2026-09-10 10:00"))["alerts"][0]
    body = {"until": local("2026-09-12 10:00").isoformat(), "reason": "Ate, known"}
    await patient.act(f"/v1/alerts/{high['id']}/snooze", body, version=1, now="2026-09-10 10:05")
    low = (await patient.measures(50, "2026-09-10 12:00"))["alerts"]
    assert ("HYPO", "open") in [(each["rule"], each["state"]) for each in low]


async def test_alerting_says_whether_it_is_awake(monitoring: Api) -> None:
    """F31: green while the jobs are seen, by the database's clock; the tests' real organization has none of its own."""
    anonymous = monitoring.anonymous()
    for job in (silence, escalation):
        await job.run_once(monitoring.sessions, [], local("2026-09-10 10:00"))
    answer = await anonymous.get("/healthz/alerting")
    assert (answer.status_code, answer.json()) == (200, {"status": "alerting"})
    async with monitoring.sessions() as tx, tx.begin():
        await tx.execute(text("UPDATE rounds SET ran_at = ran_at - interval '61 s' WHERE job = 'silence'"))
    red = await anonymous.get("/healthz/alerting")
    assert (red.status_code, red.json()["code"]) == (503, "alerting.stopped")
