"""Check-ins in the clinic's language."""

from typing import Any

import httpx

from services.monitoring.domain import forms
from services.monitoring.domain.answers import asked
from services.monitoring.jobs import check_ins as clock
from shared.vocabulary import AnswerKind, Role
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, local

BY_PHONE = {"channel": "phone", "teach_back": "Weighs each morning and calls at 2 lb"}


def quiet(*protocols: str, **answers: Any) -> dict[str, Any]:
    """An uneventful answer to every required question of these conditions."""
    found: dict[str, Any] = {}
    for form in asked(forms.for_sets(map(forms.of_protocol, protocols)), {}):
        for question in form.questions:
            if question.required:
                plain = {AnswerKind.YES_NO: False, AnswerKind.CHOICE: "same"}
                found[question.key] = plain.get(question.kind, int(question.low or 0))
    return {**found, **{key.replace("__", ".").replace("_", "-"): value for key, value in answers.items()}}


async def plan(api: Api, now: str) -> int:
    """The clock's job runs once."""
    return await clock.run_once(api.sessions, [api.organization], local(now))


async def check_ins(patient: Patient, now: str, **filters: Any) -> list[dict[str, Any]]:
    """The patient's check-ins, newest first."""
    answer = await patient.client(now=now).get("/v1/check-ins", params={"patient_id": patient.id, **filters})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def opened(patient: Patient, now: str, *enrollment_ids: str) -> dict[str, Any]:
    """Somebody opens a check-in now."""
    ids = list(enrollment_ids) or [patient.enrollment["id"]]
    answer = await patient.client(now=now).post("/v1/check-ins", json={"enrollment_ids": ids, "reason": "Called"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def tries(
    patient: Patient, check_in: dict[str, Any], act: str, body: dict[str, Any], now: str, role: Role = Role.CASE_MANAGER
) -> httpx.Response:
    """An act on a check-in as it was last read, whatever comes of it."""
    headers = {"If-Match": f'"{check_in["version"]}"'}
    return await patient.client(role, now=now).post(f"/v1/check-ins/{check_in['id']}/{act}", json=body, headers=headers)


async def does(patient: Patient, check_in: dict[str, Any], act: str, body: dict[str, Any], now: str) -> dict[str, Any]:
    """The same; it must be good."""
    answer = await tries(patient, check_in, act, body, now)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def says(patient: Patient, check_in: dict[str, Any], now: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Some answers are saved."""
    return await does(patient, check_in, "answer", {"answers": answers}, now)


async def held(patient: Patient, now: str, answers: dict[str, Any]) -> dict[str, Any]:
    """A whole conversation."""
    begun = await says(patient, await opened(patient, now), now, answers)
    return await does(patient, begun, "complete", {"contact": BY_PHONE}, now)
