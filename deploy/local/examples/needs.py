"""A need for every act, in a state in which the act is allowed."""

import asyncio
from typing import Any

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

_KINDS = ("behavioural-health", "kidney-labs", "lipid-panel")
_MEANS = {"means": {"kind": "task", "note": "Asked for by telephone (demo)"}}
# act: what is done before it
_BEFORE: dict[str, tuple[str, dict[str, Any]] | None] = {
    "meet": None,
    "assign": None,
    "arrange": None,
    "progress": None,
    "waive": None,
    "withdraw": None,
    "give-up": None,
    "pause": None,
    "release": ("arrange", _MEANS),
    "reopen": ("waive", {"code": "already-done-elsewhere"}),
    "resume": ("pause", {"reason": "Travelling (demo)"}),
}
_WORK = ("claim", "release")


async def make(room: Room) -> dict[str, Example]:
    """One need an act; two pieces of work; a need of telemonitoring."""
    made = await asyncio.gather(*(_for_act(room, number, act) for number, act in enumerate(_BEFORE)))
    work = await asyncio.gather(*(_work(room, len(_BEFORE) + number, act) for number, act in enumerate(_WORK)))
    followed = await _need(room, 1, "telemonitoring")
    screen = await _need(room, 2, "social-needs-screen")
    return {
        **{f"needs.{act}": example for act, example in zip(_BEFORE, made, strict=True)},
        **{f"worklist.{act}": example for act, example in zip(_WORK, work, strict=True)},
        "needs.screen": Example(
            {"need_id": screen["id"]},
            screen["version"],
            {
                "tool": "AHC HRSN",
                "done_at": room.at(-0.25),
                "answers": [{"domain": "food", "answer": "at-risk"}, {"domain": "housing", "answer": "no-risk"}],
            },
        ),
        "needs.enroll": Example({"need_id": followed["id"]}, followed["version"]),
        "needs.get": Example(made[-1].values),
    }


async def _need(room: Room, number: int, kind: str) -> Any:
    patient = room.hosts[number % len(room.hosts)]["id"]
    body = {"patient_id": patient, "kind": kind, "reason": "Due according to the clinic's register (demo)"}
    return await room.post("coordination", "/v1/needs", body, key=f"need-{number}-{kind}", days_ago=1)


async def _for_act(room: Room, number: int, act: str) -> Example:
    need = await _need(room, number, _KINDS[number // len(room.hosts)])
    if (before := _BEFORE[act]) is not None:
        done, body = before
        path = f"/v1/needs/{need['id']}/{done}"
        need = await room.post(
            "coordination", path, body, key=f"need-{act}-{done}", days_ago=0.5, version=need["version"]
        )
    return Example({"need_id": need["id"]}, need["version"], _said(room, act))


def _said(room: Room, act: str) -> dict[str, Any] | None:
    """What an act's example says where the contract's does not fit the need."""
    if act == "meet":
        return {"evidence": {"kind": "visit", "note": "First session kept"}, "done_at": room.at(-0.25)}
    return {**_MEANS, "scheduled_for": room.at(7.75)} if act == "arrange" else None


async def _work(room: Room, number: int, act: str) -> Example:
    need = await _need(room, number, _KINDS[number // len(room.hosts)])
    page = await room.get("coordination", f"/v1/worklist?patient_id={need['patient_id']}&limit=200")
    work = next(each for each in page["items"] if each["source_id"] == need["id"])
    if act == "release":
        path = f"/v1/worklist/{work['id']}/claim"
        work = await room.post(
            "coordination", path, None, key="work-claim", version=work["version"], role=Role.COORDINATOR
        )
    return Example({"work_id": work["id"]}, work["version"])
