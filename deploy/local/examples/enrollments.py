"""An enrollment for every act: referred, followed, paused."""

from typing import Any

from deploy.local.demo_people import MRN
from deploy.local.examples import standing_orders
from deploy.local.examples.example import Example, Room

_REFERRED = ("offer", "activate", "decline")
_REASONS = {
    "offer": "Shown how it works, thinks it over",
    "activate": "Agreed, the scale has arrived",
    "decline": "Wants to come to the clinic instead",
    "resume": "Back from travelling",
}
# what: the demo's patient it is about
_FOLLOWED = {
    "tier": 4, "case-manager": 8, "target": 10, "target-withdraw": 14, "pause": 16, "resume": 20, "end": 22,
    "baseline": 6, "consent": 18, "consent-revoke": 24, "order-readings": 26, "circumstance": 21,
}  # fmt: skip
_KNOWN = ("identifiers", "family", "given", "birth_date", "sex", "time_zone")


def snapshot(patient: dict[str, Any], version: int) -> dict[str, Any]:
    """A patient of coordination as it tells monitoring."""
    return {"coordination_id": patient["id"], "version": version} | {name: patient[name] for name in _KNOWN}


def only_here(patient: dict[str, Any], mrn: str) -> dict[str, Any]:
    """The same as somebody whom coordination does not know: nothing it tells of its patients moves theirs."""
    return {**snapshot(patient, 1), "coordination_id": None, "identifiers": [{"system": MRN, "value": mrn}]}


def agreed(room: Room) -> dict[str, Any]:
    """The patient's consent to be monitored."""
    return {"purpose": "monitoring", "given_by": "patient", "given_at": room.at(-3), "mode": "verbal"}


async def make(room: Room) -> dict[str, Example]:
    """Three who were asked, eleven who are followed."""
    found = {f"enrollments.{act}": await _referred(room, act, number) for number, act in enumerate(_REFERRED)}
    page = await room.get("monitoring", "/v1/enrollments?limit=200")
    of_patient = {each["coordination_id"]: each for each in page["items"]}
    followed = {
        what: await _settled(room, of_patient[room.patient(number)["id"]]) for what, number in _FOLLOWED.items()
    }
    followed["resume"] = await _moved(room, followed["resume"], "pause", {"reason": "Travelling (demo)"})
    messages = {**agreed(room), "purpose": "messages"}
    followed["consent-revoke"] = await _moved(room, followed["consent-revoke"], "consents", messages)
    target = {
        "bound": "glucose.high",
        "limit": 270,
        "unit": "mg/dL",
        "reason": "Lives alone, low values are the greater danger",
        "starts_at": room.at(-1),
        "review_by": room.at(80)[:10],
        "prescriber": (await standing_orders.prescriber(room))["person"],
    }
    limited = followed["target-withdraw"] = await _moved(room, followed["target-withdraw"], "targets", target)
    for what, enrollment in followed.items():
        body = {"reason": _REASONS[what]} if what in _REASONS else None
        values = {"enrollment_id": enrollment["id"]}
        found[f"enrollments.{what}"] = Example(values, enrollment["version"], body)
    values = {"enrollment_id": limited["id"], "target_id": limited["targets"][-1]["id"]}
    found["enrollments.target-withdraw"] = Example(values, limited["version"])
    found["enrollments.target"] = Example(found["enrollments.target"].values, followed["target"]["version"], target)
    kept = {"kind": "scale", "serial": "SN-7", "source": "scale-7"}
    path = f"/v1/enrollments/{followed['tier']['id']}/devices"
    device = await room.post("monitoring", path, kept, key="device-returned")
    found["devices.return"] = Example({"device_id": device["id"]}, device["version"])
    return {**found, **_told(room)}


async def _referred(room: Room, act: str, number: int) -> Example:
    patient = room.hosts[number + 6]
    body: dict[str, Any] = {
        "patient": only_here(patient, f"DEMO-06{number}"),
        "protocol": "diabetes",
        "tier": "rising",
        "start": "referred",
    }
    body["consents"] = [agreed(room)]
    body["reason"] = "Type 2 diabetes, referred by primary care (demo)"
    made = await room.post("monitoring", "/v1/enrollments", body, key=f"enrollment-{act}")
    return Example({"enrollment_id": made["id"]}, made["version"], {"reason": _REASONS[act]})


async def _settled(room: Room, enrollment: dict[str, Any]) -> Any:
    """Its tier is decided, so that the clock does not change it under the example."""
    body = {"tier": enrollment["tier"], "reason": "Reviewed with the patient (demo)"}
    return await _moved(room, enrollment, "tier", body)


async def _moved(room: Room, enrollment: dict[str, Any], path: str, body: dict[str, Any]) -> Any:
    path = f"/v1/enrollments/{enrollment['id']}/{path}"
    return await room.post("monitoring", path, body, key=path, version=enrollment["version"])


def _told(room: Room) -> dict[str, Example]:
    """What coordination tells of a patient and of a stay."""
    changed, admitted = room.patient(12), room.patient(15)
    stay = {"patient": snapshot(admitted, 1), "started_at": room.at(-0.5), "state": "in-progress"}
    member = {
        "version": 1,
        "patient": snapshot(admitted, 1),
        "role": "covering-clinician",
        "practitioner": "Dr. Example",
        "starts_on": room.at(-1)[:10],
    }
    return {
        "care-teams.put": Example({"member_id": "00000000-0000-4000-8000-000000000302"}, body=member),
        "covers.put": Example({"absence_id": "00000000-0000-4000-8000-000000000303"}),
        "patients.changed": Example({"coordination_id": changed["id"]}, body=snapshot(changed, 9)),
        "stays.put": Example({"stay_id": "00000000-0000-4000-8000-000000000301"}, body=stay),
    }
