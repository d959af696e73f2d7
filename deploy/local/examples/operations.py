"""Operations: a message that the other service refused, so that there is one to look at and to send again."""

from typing import Any
from uuid import UUID

from deploy.local.demo_people import MRN
from deploy.local.examples.enrollments import agreed
from deploy.local.examples.example import Example, Room
from deploy.local.examples.waiting import until
from shared.vocabulary import Role

_NOBODY = str(UUID(int=0))


async def coordination(room: Room) -> dict[str, Example]:
    """Coordination asked for an enrollment with a dry weight that no person has: monitoring refuses it."""
    need = {"patient_id": room.hosts[8]["id"], "kind": "telemonitoring", "reason": "Wants to be followed (demo)"}
    made = await room.post("coordination", "/v1/needs", need, key="parked-need")
    baseline = {"metric": "dry_weight", "value": "810", "unit": "kg", "set_at": room.at(-1)}
    body = {"protocol": "heart-failure", "reason": "A decimal point forgotten (demo)", "baselines": [baseline]}
    path = f"/v1/needs/{made['id']}/enroll"
    await room.post("coordination", path, body, key="parked", version=made["version"])
    return await _of(room, "coordination")


async def monitoring(room: Room) -> dict[str, Example]:
    """Monitoring follows somebody whom coordination does not know, and asks for somebody to follow up a slow pulse."""
    patient: dict[str, Any] = {
        "version": 1,
        "identifiers": [{"system": MRN, "value": "DEMO-ELSEWHERE"}],
        "family": "Elsewhere",
        "given": "Erika",
        "birth_date": "1950-02-02",
        "sex": "female",
        "time_zone": "America/New_York",
    }
    asked: dict[str, Any] = {
        "patient": patient,
        "protocol": "heart-failure",
        "tier": "stable",
        "reason": "From another clinic (demo)",
    }
    asked["consents"] = [agreed(room)]
    await room.post("monitoring", "/v1/enrollments", asked, key="parked", days_ago=2)
    reading = {"patient_identifier": patient["identifiers"][0], "metric": "heart_rate", "value": 44, "unit": "/min"}
    reading |= {"observed_at": room.at(-1.5), "source": "demo-cuff-elsewhere"}
    await room.post("monitoring", "/v1/readings", reading, key="parked-reading", role=Role.INTEGRATION)
    return await _of(room, "monitoring")


async def _of(room: Room, service: str) -> dict[str, Example]:
    async def parked() -> Any:
        return await room.get(service, "/v1/ops/messages")

    (message, *_) = await until(parked)
    return {
        "ops.resend": Example({"message_id": message["id"]}),
        "ops.received": Example(body={"ids": [_NOBODY]}),
        "ops.run-jobs": Example(body={"now": room.at(0)}),
    }
