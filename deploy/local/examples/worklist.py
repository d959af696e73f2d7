"""The worklist: a team, views of it, and a piece of work to hand over."""

from typing import Any

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

_NURSE = Role.COORDINATOR
_MEMBERS = ["dev.coordinator", "dev.case_manager", "dev.supervisor"]


async def make(room: Room) -> dict[str, Example]:
    """One team, three views of its pool, and work that nobody has claimed yet."""
    told = {"key": "transitions", "name": "Transitions of care", "members": _MEMBERS}
    team = await room.post("coordination", "/v1/teams", told, key="team")
    changed = await room.post("coordination", "/v1/teams", {**told, "key": "transitions-west"}, key="team-west")
    shown, replaced, removed = [await _view(room, name) for name in ("Our pool", "Overdue", "This week")]
    work = await _work(room)
    return {
        "teams.get": Example({"team_id": team["id"]}),
        "teams.put": Example({"team_id": changed["id"]}, changed["version"]),
        "worklist-views.save": Example(role=_NURSE),
        "worklist-views.get": Example({"view_id": shown["id"]}, role=_NURSE),
        "worklist-views.replace": Example({"view_id": replaced["id"]}, replaced["version"], role=_NURSE),
        "worklist-views.remove": Example({"view_id": removed["id"]}, removed["version"], role=_NURSE),
        "worklist.get": Example({"work_id": work["id"]}),
        "worklist.assign": Example({"work_id": work["id"]}, work["version"]),
        "worklist.list": Example({"limit": "10"}),
        "worklist.stream": Example({"seconds": "2"}),
        "worklist.counts": Example({"time_zone": "America/New_York"}),
    }


async def _view(room: Room, name: str) -> Any:
    body = {"name": name, "team": "transitions", "filters": {"team": ["mine"], "unclaimed": True}}
    return await room.post("coordination", "/v1/worklist-views", body, key=f"view-{name}", role=_NURSE)


async def _work(room: Room) -> Any:
    body = {
        "patient_id": room.hosts[2]["id"],
        "kind": "smoking-cessation",
        "reason": "Asked for at the last visit (demo)",
        "team": "transitions",
    }
    need = await room.post("coordination", "/v1/needs", body, key="need-to-hand-over")
    page = await room.get("coordination", f"/v1/worklist?patient_id={need['patient_id']}&kind=smoking-cessation")
    return next(each for each in page["items"] if each["source_id"] == need["id"])
