"""Panels to hand over."""

from typing import Any

from deploy.local.examples.example import Example, Room

_TO = {"to_team": "transitions", "note": "On parental leave from Monday"}


async def make(room: Room) -> dict[str, Example]:
    """Three nurses with one piece of work each: one has left, one leaves, one may leave."""
    for name, kind in (("left", "dental-exam"), ("leaving", "falls-assessment"), ("may-leave", "foot-exam")):
        await _work(room, f"nurse.{name}", kind)
    left = await room.post("coordination", "/v1/hand-overs", {"from_owner": "nurse.left", **_TO}, key="handed-over")
    return {
        "hand-overs.get": Example({"hand_over_id": left["id"]}),
        "hand-overs.make": Example(body={"from_owner": "nurse.leaving", **_TO}),
        "hand-overs.preview": Example(body={"from_owner": "nurse.may-leave", **_TO}),
    }


async def _work(room: Room, owner: str, kind: str) -> Any:
    body = {"patient_id": room.hosts[2]["id"], "kind": kind, "reason": "Asked for (demo)", "owner": owner}
    return await room.post("coordination", "/v1/needs", body, key=f"need-of-{owner}")
