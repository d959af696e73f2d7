"""Patients: one to change, and two who were registered twice."""

from typing import Any

from deploy.local.demo_people import MRN
from deploy.local.examples.example import Example, Room

_KNOWN = (
    "identifiers", "family", "given", "birth_date", "sex", "language", "interpreter_needed", "time_zone", "telecom",
    "address", "coverage", "primary_care",
)  # fmt: skip


async def make(room: Room) -> dict[str, Example]:
    """A change of telephone number, a merge, and a preview of another one."""
    changed = room.hosts[7]
    told = {name: changed[name] for name in _KNOWN}
    told["telecom"] = [{"kind": "phone", "value": "+1 555 010 0199"}]
    staying, looked_at = room.hosts[0], room.hosts[8]
    first, second = await _again(room, staying, "DEMO-041"), await _again(room, looked_at, "DEMO-042")
    reason = "Registered twice at the emergency department"
    parting, parted = await _merged(room, room.hosts[6], "DEMO-043"), await _merged(room, room.hosts[6], "DEMO-044")
    twin, alike = await _again(room, room.hosts[5], "DEMO-045"), await _again(room, room.hosts[5], "DEMO-046")
    return {
        "duplicates.of-patient": Example({"patient_id": twin["id"]}),
        "duplicates.tell-apart": Example(
            {"patient_id": twin["id"]}, body={"other": alike["id"], "reason": "Twins who share an address"}
        ),
        "patients.change": Example({"patient_id": changed["id"]}, changed["version"], told),
        "patients.merge": Example(
            {"patient_id": first["id"]}, first["version"], {"into": staying["id"], "reason": reason}
        ),
        "patients.merge-preview": Example({"patient_id": second["id"], "into": looked_at["id"]}),
        "patients.undo-merge-preview": Example({"patient_id": parting["id"]}),
        "patients.undo-merge": Example({"patient_id": parted["id"]}, parted["version"]),
        "care-teams.list": Example({"patient_id": room.patient(3)["id"]}),
        **await _care_team(room),
    }


async def _again(room: Room, patient: dict[str, Any], mrn: str) -> Any:
    """The same person under another record number."""
    told = {name: patient[name] for name in _KNOWN} | {"identifiers": [{"system": MRN, "value": mrn}]}
    return await room.post("coordination", "/v1/patients", told, key=f"duplicate-{mrn}")


async def _merged(room: Room, patient: dict[str, Any], mrn: str) -> Any:
    """A second record of a patient, merged into the first."""
    again = await _again(room, patient, mrn)
    body = {"into": patient["id"], "reason": "Registered twice at the front desk"}
    address = f"/v1/patients/{again['id']}/merge"
    done = await room.post("coordination", address, body, key=f"merge-{mrn}", version=again["version"])
    return done["patient"]


async def _care_team(room: Room) -> dict[str, Example]:
    body = {
        "patient_id": room.patient(3)["id"],
        "role": "coordinator",
        "practitioner": "Cory Coordinator (demo)",
        "subject": "dev.coordinator",
        "starts_on": room.at(-30)[:10],
    }
    member = await room.post("coordination", "/v1/care-teams", body, key="care-team")
    return {
        "care-teams.join": Example(
            body={**body, "role": "primary-care", "practitioner": "Dr. Paul Pattern", "subject": None}
        ),
        "care-teams.leave": Example({"member_id": member["id"]}, member["version"]),
    }
