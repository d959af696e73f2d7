"""Who saw an alert in time holds off the first tier; the next ones wait for an answer (clinical §1.9, §6.4)."""

from typing import Any

import pytest

from tests.support.apps import Api
from tests.support.conversations import held, quiet
from tests.support.escalated import escalations, sees, told
from tests.support.makers_monitoring import Patient, closed, local, with_diabetes
from tests.support.makers_plans import GLARGINE, starts

DAY = "2026-09-10"
NEXT = ["high-covering-physician"]


async def low_and_seen(api: Api) -> tuple[Patient, dict[str, Any]]:
    """A high alert at 10:00, which a nurse acknowledges a minute before the lead nurse is told."""
    patient = await with_diabetes(api)
    alert = (await patient.measures(50, f"{DAY} 10:00"))["alerts"][0]
    assert alert["severity"] == "high"
    await sees(patient, alert, f"{DAY} 10:59")
    return patient, alert


async def tries(patient: Patient, alert: dict[str, Any], at: str, outcome: str) -> None:
    body = {"channel": "phone", "outcome": outcome, "at": local(at).isoformat()}
    done = await patient.client(now=at).post(f"/v1/alerts/{alert['id']}/attempts", json=body)
    assert done.status_code == 201, done.text


async def ends(patient: Patient, alert: dict[str, Any], at: str) -> None:
    (stands,) = [each for each in await patient.alerts(at) if each["id"] == alert["id"]]
    await patient.act(
        f"/v1/alerts/{alert['id']}/resolve",
        closed(at, informed="Dr. Example, on call"),
        version=stands["version"],
        now=at,
    )


async def test_to_have_seen_a_high_one_holds_off_the_first_tier_only(monitoring: Api) -> None:
    patient, alert = await low_and_seen(monitoring)
    assert await told(patient, f"{DAY} 13:59") == []
    assert await told(patient, f"{DAY} 14:00") == NEXT
    (waiting,) = await escalations(patient, f"{DAY} 14:01", alert_id=alert["id"], unanswered=True)
    assert "was not answered: case_manager-1 acknowledged it" in waiting["text"]
    assert "acknowledge by case_manager-1" in waiting["sbar"]["assessment"]
    assert await told(patient, "2026-09-14 12:00") == NEXT, "once"


async def test_whoever_was_spoken_with_needs_nobody_else(monitoring: Api) -> None:
    patient, alert = await low_and_seen(monitoring)
    await tries(patient, alert, f"{DAY} 11:30", "reached")
    assert await told(patient, "2026-09-14 12:00") == []


async def test_a_check_in_is_an_answer(monitoring: Api) -> None:
    patient, _ = await low_and_seen(monitoring)
    await held(patient, f"{DAY} 13:59", quiet("diabetes"))
    assert await told(patient, "2026-09-14 12:00") == []


async def test_a_dose_held_is_an_answer(monitoring: Api) -> None:
    patient, _ = await low_and_seen(monitoring)
    plan = await starts(monitoring, patient.id, GLARGINE, at="2026-08-01 09:00")
    hold = {"plan_id": plan["id"], "medicine_id": plan["medicines"][0]["id"], "reason": "Eats nothing"}
    hold |= {"until": local("2026-09-11 09:00").isoformat(), "informed": "Dr. Example"}
    done = await patient.client(now=f"{DAY} 12:00").post("/v1/plan-changes/hold-dose", json=hold)
    assert done.status_code == 201, done.text
    assert await told(patient, "2026-09-14 12:00") == []


async def test_an_end_is_an_answer(monitoring: Api) -> None:
    patient, alert = await low_and_seen(monitoring)
    await ends(patient, alert, f"{DAY} 13:00")
    assert await told(patient, "2026-09-14 12:00") == []


@pytest.mark.parametrize("outcome", ["no-answer", "voicemail"])
async def test_nobody_reached_is_no_answer(monitoring: Api, outcome: str) -> None:
    patient, alert = await low_and_seen(monitoring)
    await tries(patient, alert, f"{DAY} 11:30", outcome)
    assert await told(patient, f"{DAY} 14:00") == NEXT


async def test_who_was_reached_before_it_became_serious_does_not_count(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = (await patient.measures(66, f"{DAY} 09:00"))["alerts"][0]
    await tries(patient, alert, f"{DAY} 09:30", "reached")
    await patient.measures(50, f"{DAY} 10:00")
    await sees(patient, alert, f"{DAY} 10:10")
    assert await told(patient, f"{DAY} 14:00") == NEXT


async def test_of_a_critical_one_the_physician_is_told_until_its_end(monitoring: Api) -> None:
    """§1.9: the on-call prescriber is told in any case, 30 minutes on at the latest."""
    for ended, tiers in (
        (False, ["critical-not-monitored", "critical-on-call-physician"]),
        (True, ["critical-not-monitored"]),
    ):
        patient = await with_diabetes(monitoring)
        alert = (await patient.sends("ketone_blood", 3.4, "mmol/L", "2026-09-12 03:00"))["alerts"][0]
        await sees(patient, alert, "2026-09-12 03:05")
        await tries(patient, alert, "2026-09-12 03:10", "reached")
        if ended:
            await ends(patient, alert, "2026-09-12 03:25")
        assert await told(patient, "2026-09-12 03:29") == ["critical-not-monitored"]
        assert await told(patient, "2026-09-12 09:00") == tiers


async def test_what_was_put_off_and_then_seen_has_its_clock_again(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = (await patient.measures(50, f"{DAY} 10:00"))["alerts"][0]
    body = {"until": local(f"{DAY} 16:00").isoformat(), "reason": "Eats, measures again"}
    await patient.act(f"/v1/alerts/{alert['id']}/snooze", body, version=alert["version"], now=f"{DAY} 10:05")
    await sees(patient, alert, f"{DAY} 11:00")
    assert await told(patient, f"{DAY} 14:59") == []
    assert await told(patient, f"{DAY} 15:00") == NEXT, "four hours after it was taken up again"
