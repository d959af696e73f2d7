"""An escalation that waits for its answer."""

from deploy.local.examples.example import Example, Room


async def take(room: Room) -> None:
    """A round of the clock's jobs, before other examples are made: it gives records new versions."""
    await room.post("monitoring", "/v1/ops/run-jobs", {"now": room.at(-1)}, key="escalated")


async def make(room: Room) -> dict[str, Example]:
    """The newest that was taken; an answer gives no alert a new version."""
    page = await room.get("monitoring", "/v1/escalations?unanswered=true")
    said = {"responder": "Dr. Example, on call", "answer": "Repeat it today, I call them", "read_back": True}
    return {"escalations.answer": Example({"escalation_id": page["items"][0]["id"]}, body=said)}
