"""Who is told as time passes, and what they answer."""

from typing import Any

import httpx

from services.monitoring.jobs import escalation
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, local, with_diabetes
from tests.support.makers_plans import GLARGINE, starts

NIGHT = "2026-09-12"


async def tick(api: Api, now: str) -> None:
    """The clock's job as of a local time; twice, because once must be enough."""
    for _ in range(2):
        await escalation.run_once(api.sessions, [api.organization], local(now))


async def in_ketosis(api: Api) -> tuple[Patient, dict[str, Any]]:
    """A critical alert in the night, of which the supervisor was told at 03:15."""
    patient = await with_diabetes(api)
    await starts(api, patient.id, GLARGINE)
    await patient.sends("potassium", 4.4, "mmol/L", "2026-09-11 09:00")
    alert = (await patient.sends("ketone_blood", 3.4, "mmol/L", f"{NIGHT} 03:00"))["alerts"][0]
    await told(patient, f"{NIGHT} 03:15")
    return patient, alert


async def told(patient: Patient, now: str) -> list[str]:
    """The tiers taken so far, in order."""
    await tick(patient.api, now)
    page = (await patient.client(now=now).get("/v1/escalations")).raise_for_status().json()
    return [each["tier"] for each in reversed(page["items"]) if each["patient_id"] == patient.id]


async def sees(patient: Patient, alert: dict[str, Any], now: str, note: str | None = None) -> None:
    """A nurse acknowledges an alert."""
    (stands,) = [each for each in await patient.alerts(now) if each["id"] == alert["id"]]
    body = {"note": note} if note is not None else {}
    await patient.act(f"/v1/alerts/{alert['id']}/acknowledge", body, version=stands["version"], now=now)


async def escalations(patient: Patient, now: str, **asked: Any) -> list[dict[str, Any]]:
    """What was escalated of a patient, oldest first."""
    page = (await patient.client(now=now).get("/v1/escalations", params=asked)).raise_for_status().json()
    return [each for each in reversed(page["items"]) if each["patient_id"] == patient.id]


async def answers(
    patient: Patient, escalation_id: str, now: str, *, role: Role = Role.CASE_MANAGER, **said: Any
) -> httpx.Response:
    """Somebody records what was answered, whatever comes of it."""
    body = {"responder": "Dr. Example", "answer": "15 g, again in 15 minutes", "read_back": True, **said}
    body = {name: value for name, value in body.items() if value is not None}
    return await patient.client(role, now=now).post(f"/v1/escalations/{escalation_id}/answer", json=body)
