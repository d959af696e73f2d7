"""The clock of an escalation stops at the answer, not when a nurse has seen the alert (clinical §6.4)."""

from datetime import datetime
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.escalated import NIGHT, answers, escalations, in_ketosis, sees, told
from tests.support.makers_monitoring import local, with_diabetes


async def test_to_have_seen_it_is_no_answer(monitoring: Api) -> None:
    patient, alert = await in_ketosis(monitoring)
    await sees(patient, alert, f"{NIGHT} 03:20")
    assert (await told(patient, f"{NIGHT} 03:30"))[-1] == "critical-on-call-physician"
    supervisor, physician = await escalations(patient, f"{NIGHT} 03:31", unanswered=True)
    assert "answered: case_manager-1 acknowledged it" in physician["text"]
    assert (await answers(patient, physician["id"], f"{NIGHT} 03:40")).status_code == 200
    assert await escalations(patient, f"{NIGHT} 03:41", unanswered=True) == [], "one answer stops the clock of both"
    assert (await answers(patient, supervisor["id"], f"{NIGHT} 03:50")).status_code == 200, "a second one is kept too"


async def test_the_clock_stops_at_the_answer(monitoring: Api) -> None:
    patient, alert = await in_ketosis(monitoring)
    (waiting,) = await escalations(patient, f"{NIGHT} 03:16", unanswered=True)
    at = local(f"{NIGHT} 03:18").isoformat()
    done = await answers(patient, waiting["id"], f"{NIGHT} 03:20", answered_at=at)
    assert done.status_code == 200, done.text
    kept = done.json()
    assert (kept["responder"], kept["read_back"], kept["answer_recorded_by"]) == ("Dr. Example", True, "case_manager-1")
    assert datetime.fromisoformat(kept["answered_at"]) == local(f"{NIGHT} 03:18")
    assert kept["sbar"] == waiting["sbar"]
    assert await told(patient, f"{NIGHT} 09:00") == ["critical-not-monitored", "critical-supervisor"]
    assert await escalations(patient, f"{NIGHT} 09:00", unanswered=True) == []
    explained = (await patient.client(now=f"{NIGHT} 09:00").get(f"/v1/alerts/{alert['id']}/explanation")).json()
    assert ("escalation-answered", "Dr. Example: 15 g, again in 15 minutes") in [
        (each["act"], each["text"]) for each in explained["history"]
    ]


async def test_a_prescriber_answers_for_themselves(monitoring: Api) -> None:
    patient, _ = await in_ketosis(monitoring)
    (waiting,) = await escalations(patient, f"{NIGHT} 03:16", unanswered=True)
    said = {"responder": None, "read_back": None}
    done = await answers(patient, waiting["id"], f"{NIGHT} 03:20", role=Role.PRESCRIBER, **said)
    assert done.status_code == 200, done.text
    assert done.json()["responder"] == "prescriber-1"


async def test_what_becomes_worse_after_an_answer_is_told_again(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = (await patient.measures(60, "2026-09-10 09:00"))["alerts"][0]
    await told(patient, "2026-09-11 09:00")
    (waiting,) = await escalations(patient, "2026-09-11 09:01", unanswered=True)
    await patient.measures(50, "2026-09-11 09:30")
    assert (await answers(patient, waiting["id"], "2026-09-11 09:31")).status_code == 200
    await told(patient, "2026-09-11 10:30")
    found = await escalations(patient, "2026-09-11 10:31", alert_id=alert["id"])
    assert [each["tier"] for each in found] == ["moderate-lead-nurse", "high-lead-nurse"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"read_back": False}, "escalation.not-read-back"),
        ({"answered_at": local(f"{NIGHT} 03:14").isoformat()}, "escalation.answer-time"),
        ({"answered_at": local(f"{NIGHT} 03:21").isoformat()}, "escalation.answer-time"),
    ],
)
async def test_what_is_no_answer_changes_nothing(monitoring: Api, said: dict[str, Any], code: str) -> None:
    patient, _ = await in_ketosis(monitoring)
    (waiting,) = await escalations(patient, f"{NIGHT} 03:16", unanswered=True)
    refused = await answers(patient, waiting["id"], f"{NIGHT} 03:20", **said)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert await escalations(patient, f"{NIGHT} 03:20", unanswered=True) == [waiting]


async def test_an_escalation_is_answered_once_and_the_patients_notice_never(monitoring: Api) -> None:
    patient, _ = await in_ketosis(monitoring)
    notice, waiting = await escalations(patient, f"{NIGHT} 03:16")
    refused = await answers(patient, notice["id"], f"{NIGHT} 03:20")
    assert (refused.status_code, refused.json()["code"]) == (422, "escalation.nothing-to-answer")
    assert (await answers(patient, waiting["id"], f"{NIGHT} 03:20")).status_code == 200
    again = await answers(patient, waiting["id"], f"{NIGHT} 03:21")
    assert (again.status_code, again.json()["code"]) == (409, "escalation.answered")
    unknown = await answers(patient, patient.id, f"{NIGHT} 03:21")
    assert unknown.status_code == 404
