"""Operations: a message that the other service refused, so that there is one to look at and to send again."""

from typing import Any
from uuid import UUID

from deploy.local.demo_people import MRN
from deploy.local.examples.enrollments import agreed
from deploy.local.examples.example import Example, Room
from deploy.local.examples.waiting import until
from shared.vocabulary import Role

_NOBODY = str(UUID(int=0))
_ELSEWHERE: dict[str, Any] = {
    "given": "Erika",
    "birth_date": "1950-02-02",
    "sex": "female",
    "time_zone": "America/New_York",
}


async def coordination(room: Room) -> dict[str, Example]:
    """Coordination asked for an enrollment of somebody who is two patients in monitoring, which cannot tell whom."""
    for number in (1, 2):
        await _followed_there(room, f"DEMO-TWICE-{number}", "Twice", "parked-twice")
    identifiers = [{"system": MRN, "value": f"DEMO-TWICE-{number}"} for number in (1, 2)]
    person = {**_ELSEWHERE, "identifiers": identifiers, "family": "Twice"}
    patient = await room.post("coordination", "/v1/patients", person, key="parked-patient")
    need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Wants to be followed (demo)"}
    made = await room.post("coordination", "/v1/needs", need, key="parked-need")
    body = {"protocol": "heart-failure", "reason": "Registered twice elsewhere (demo)"}
    path = f"/v1/needs/{made['id']}/enroll"
    await room.post("coordination", path, body, key="parked", version=made["version"])
    return await _of(room, "coordination")


async def monitoring(room: Room) -> dict[str, Example]:
    """Monitoring follows somebody whom coordination does not know, and asks for somebody to follow up a slow pulse."""
    identifier = await _followed_there(room, "DEMO-ELSEWHERE", "Elsewhere", "parked")
    reading: dict[str, Any] = {"patient_identifier": identifier, "metric": "heart_rate", "value": 44, "unit": "/min"}
    reading |= {"observed_at": room.at(-1.5), "source": "demo-cuff-elsewhere"}
    await room.post("monitoring", "/v1/readings", reading, key="parked-reading", role=Role.INTEGRATION)
    return await _of(room, "monitoring")


async def _followed_there(room: Room, number: str, family: str, key: str) -> dict[str, str]:
    """Monitoring follows somebody whom coordination does not know under this number; gives the identifier."""
    identifier = {"system": MRN, "value": number}
    asked = {
        "patient": {**_ELSEWHERE, "version": 1, "identifiers": [identifier], "family": family},
        "protocol": "heart-failure",
        "tier": "stable",
        "reason": "From another clinic (demo)",
        "consents": [agreed(room)],
    }
    await room.post("monitoring", "/v1/enrollments", asked, key=f"{key}-{number}", days_ago=2)
    return identifier


async def _of(room: Room, service: str) -> dict[str, Example]:
    async def parked() -> Any:
        return await room.get(service, "/v1/ops/messages")

    (message, *_) = await until(parked)
    return {
        "ops.resend": Example({"message_id": message["id"]}),
        "ops.received": Example(body={"ids": [_NOBODY]}),
        "ops.run-jobs": Example(body={"now": room.at(0)}),
    }
