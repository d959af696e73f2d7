"""Time that was logged, to correct and to void; the practice's clock."""

from typing import Any

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

# act: the demo's patient it was logged for
_LOGGED = {"get": 18, "correct": 21, "void": 26}


async def make(room: Room) -> dict[str, Example]:
    """Three calls of a quarter of an hour."""
    found = {f"time-entries.{act}": await _logged(room, act, number) for act, number in _LOGGED.items()}
    practice = await room.get("monitoring", "/v1/practice")
    return {**found, "practice.put": Example(version=practice["version"])}


async def _logged(room: Room, act: str, number: int) -> Example:
    known = await room.get("monitoring", f"/v1/patients?coordination_id={room.patient(number)['id']}")
    spent: dict[str, Any] = {
        "programme": "rpm",
        "credential": "rn",
        "started_at": room.at(-2 + 14 / 24),
        "ended_at": room.at(-2 + 14.25 / 24),
        "activity": "call",
        "contact": "interactive",
        "note": "Values of the week (demo)",
    }
    body = {"patient_id": known["items"][0]["id"], **spent}
    made = await room.post("monitoring", "/v1/time-entries", body, key=f"time-{act}", role=Role.CASE_MANAGER)
    right = {**spent, "ended_at": room.at(-2 + 14.2 / 24), "reason": "Ended earlier"} if act == "correct" else None
    return Example({"entry_id": made["id"]}, made["version"], right)
