"""What the prescriber of a step was told."""

from typing import Any

from deploy.local.examples.example import Example, Room


async def make(room: Room, step: dict[str, Any]) -> dict[str, Example]:
    """The notice of a nurse's step, to read and to answer."""
    page = await room.get("monitoring", f"/v1/notices?plan_change_id={step['id']}&kind=step-applied")
    (notice,) = page["items"]
    known = {"notice_id": notice["id"]}
    return {
        "notices.get": Example(known),
        "notices.acknowledge": Example(known, notice["version"], {"answer": "Agreed, I co-sign today"}),
    }
