"""How a patient is followed, as coordination asks for it."""

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role


async def make(room: Room) -> dict[str, Example]:
    """A patient whom monitoring follows."""
    page = await room.get("monitoring", "/v1/enrollments?state=active&limit=200")
    known = next(each["coordination_id"] for each in page["items"] if each["coordination_id"] is not None)
    return {"outlines.get": Example({"coordination_id": known}, role=Role.SERVICE)}
