"""Who is told as time passes."""

from typing import Any

from services.monitoring.jobs import escalation
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, local


async def tick(api: Api, now: str) -> None:
    """The clock's job as of a local time; twice, because once must be enough."""
    for _ in range(2):
        await escalation.run_once(api.sessions, [api.organization], local(now))


async def told(patient: Patient, now: str) -> list[str]:
    """The tiers taken so far, in order."""
    await tick(patient.api, now)
    page = (await patient.client(now=now).get("/v1/escalations")).raise_for_status().json()
    return [each["tier"] for each in reversed(page["items"]) if each["patient_id"] == patient.id]


async def escalations(patient: Patient, now: str, **asked: Any) -> list[dict[str, Any]]:
    """What was escalated of a patient, oldest first."""
    page = (await patient.client(now=now).get("/v1/escalations", params=asked)).raise_for_status().json()
    return [each for each in reversed(page["items"]) if each["patient_id"] == patient.id]
