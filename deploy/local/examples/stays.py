"""A stay for every act: planned, in hospital, gone home."""

import asyncio
from typing import Any

from deploy.local.examples.example import Example, Room

_ADMITTED, _LEFT = "2026-08-30T11:40:00-04:00", "2026-09-03T15:20:00-04:00"
# act: (number of the patient, what the stay is before it)
_BEFORE = {
    "begin": (2, "planned"),
    "cancel": (3, "planned"),
    "discharge": (4, "in-progress"),
    "cancel-discharge": (5, "finished"),
    "enter-in-error": (6, "finished"),
    "discharge-preview": (7, "in-progress"),
    "correct-preview": (7, "finished"),
    "correct": (0, "finished"),
    "accept-plan": (8, "proposed"),
}
_HEART = {
    "disposition": "home",
    "diagnoses": [{"system": "icd-10-cm", "code": "I50.23", "role": "principal"}],
    "plan": "propose",
}
# Observation of a day without a diagnosis of our pathways: it leaves little work behind.
_DISCHARGE = {"disposition": "home", "diagnoses": [{"system": "icd-10-cm", "code": "R07.9"}], "plan": "never"}


async def make(room: Room) -> dict[str, Example]:
    """One stay an act."""
    made = await asyncio.gather(*(_for_act(room, act, number, state) for act, (number, state) in _BEFORE.items()))
    found = {f"stays.{act}": example for act, example in zip(_BEFORE, made, strict=True)}
    return {**found, "stays.tcm": Example(found["stays.correct-preview"].values)}


async def _for_act(room: Room, act: str, number: int, state: str) -> Example:
    patient = room.hosts[number]["id"]
    body: dict[str, Any] = {"patient_id": patient, "stay_class": "inpatient", "facility": "Example General Hospital"}
    body |= {"planned_for": room.at(3)} if state == "planned" else {"started_at": room.moved(_ADMITTED)}
    stay = await room.post("coordination", "/v1/stays", body, key=f"stay-{act}")
    if state in ("finished", "proposed"):
        ended = {**(_HEART if state == "proposed" else _DISCHARGE), "ended_at": room.moved(_LEFT)}
        path = f"/v1/stays/{stay['id']}/discharge"
        done = await room.post("coordination", path, ended, key=f"stay-{act}-discharge", version=stay["version"])
        stay = {**stay, "version": done.get("version") or done["stay"]["version"]}
    return Example({"stay_id": stay["id"]}, stay["version"])
