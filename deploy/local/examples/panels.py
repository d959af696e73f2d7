"""Waiting for a place, and a panel assigned at once: needs that no other example is about."""

from typing import Any

from deploy.local.examples.example import Example, Room

_KIND = "adherence-support"
# Their first slots are tomorrow's: what is offered today can still be answered today.
_SPECIALTY = "endocrinology"


async def make(room: Room) -> dict[str, Example]:
    """A need that may wait, two to whom a place is offered, and one that a proposal places."""
    page = await room.get("coordination", f"/v1/specialists?specialty={_SPECIALTY}&retired=false")
    doctor = {"specialist_id": page["items"][0]["id"], "specialty": _SPECIALTY}
    joining, accepting, leaving, placed = [await _need(room, number) for number in range(4)]
    offered, left = [
        await room.post(
            "coordination", f"/v1/needs/{need['id']}/waitlist", doctor, key=f"waits-{need['id']}", days_ago=0.1
        )
        for need in (accepting, leaving)
    ]
    asked = {"need_ids": [placed["id"]], "valid_hours": 168}
    proposal = await room.post("coordination", "/v1/assignments", asked, key="proposal", days_ago=0)
    return {
        "waitlist.join": Example({"need_id": joining["id"]}, body=doctor),
        "waitlist.accept": Example({"entry_id": offered["id"]}, offered["version"]),
        "waitlist.leave": Example({"entry_id": left["id"]}, left["version"]),
        "assignments.get": Example({"assignment_id": proposal["id"]}),
        "assignments.items": Example({"assignment_id": proposal["id"]}),
        "assignments.accept": Example({"assignment_id": proposal["id"]}, proposal["version"]),
    }


async def _need(room: Room, number: int) -> Any:
    body = {"patient_id": room.hosts[number]["id"], "kind": _KIND, "reason": "Pharmacist asks for it (demo)"}
    return await room.post("coordination", "/v1/needs", body, key=f"panel-need-{number}", days_ago=0.5)
