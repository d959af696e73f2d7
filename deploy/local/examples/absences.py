"""Absences with their cover: one to look at, one to end."""

from typing import Any

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

_COVER = "nurse.cover"


async def make(room: Room) -> dict[str, Example]:
    """Two nurses will be away, far enough ahead that they still will be when somebody tries this."""
    members = ["nurse.away", "nurse.away-too", "nurse.back", _COVER]
    told = {"key": "cover", "name": "Who covers for whom", "members": members}
    await room.post("coordination", "/v1/teams", told, key="team-of-cover", role=Role.SUPERVISOR)
    seen, ended = [await _said(room, person) for person in ("nurse.away", "nurse.back")]
    known, back = {"absence_id": seen["id"]}, {"absence_id": ended["id"]}
    return {
        "absences.get": Example(known),
        "absences.say": Example(body=_body("nurse.away-too"), role=Role.SUPERVISOR),
        "absences.end": Example(back, ended["version"], role=Role.SUPERVISOR),
    }


def _body(person: str) -> dict[str, str]:
    times = {"starts_at": "2099-07-01T00:00:00-04:00", "ends_at": "2099-07-15T00:00:00-04:00"}
    return {"person": person, "covered_by": _COVER, **times, "note": "Holiday"}


async def _said(room: Room, person: str) -> Any:
    return await room.post(
        "coordination", "/v1/absences", _body(person), key=f"absence-of-{person}", role=Role.SUPERVISOR
    )
