"""The directory: entries to change, to retire and to bring back; the clinic's calendar."""

from typing import Any

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

_PUT = (
    "name", "organization_name", "specialty", "npi", "telephone", "languages", "interpreter", "modalities", "min_age",
    "max_age", "coverages", "prices", "sites", "user_subject",
)  # fmt: skip


async def make(room: Room) -> dict[str, Example]:
    """Specialists whom no referral of the examples names."""
    replaced, absent = await _of(room, "dietetics")
    told_of, retiring = await _of(room, "pharmacy")
    (heart, *_) = await _of(room, "cardiology")
    if not absent["retired"]:
        path = f"/v1/specialists/{absent['id']}/retire"
        absent = await room.post(
            "coordination", path, None, key="retired", version=absent["version"], role=Role.CLINIC_ADMIN
        )
    networks = await room.get("coordination", "/v1/preferred-networks")
    wishing = room.hosts[0]
    calendar = await room.get("coordination", "/v1/calendar")
    sites = await room.get("coordination", "/v1/sites?limit=2")
    first, second = sites["items"][0], sites["items"][-1]
    practice = await room.get("coordination", f"/v1/patients/{wishing['id']}/practice")
    entry = {name: replaced[name] for name in _PUT} | {"telephone": "+1 555 020 0199"}
    capacity = {"free": 4, "as_of": room.at(-0.1)}
    place = {"starts_at": room.at(30 + 14 / 24), "ends_at": room.at(30 + 14.5 / 24), "modality": heart["modalities"][0]}
    return {
        "specialists.replace": Example({"specialist_id": replaced["id"]}, replaced["version"], entry),
        "specialists.capacity": Example({"specialist_id": told_of["id"]}, told_of["version"], capacity),
        "specialists.retire": Example({"specialist_id": retiring["id"]}, retiring["version"]),
        "specialists.restore": Example({"specialist_id": absent["id"]}, absent["version"]),
        "slots.add": Example({"specialist_id": heart["id"]}, body={"slots": [place]}),
        "care-preferences.change": Example({"patient_id": wishing["id"]}, 0),
        "preferred-networks.change": Example(version=networks["version"]),
        "slots.list": Example({"specialist_id": heart["id"]}),
        "calendar.change": Example(version=calendar["version"]),
        "sites.calendar": Example({"site_id": first["id"]}),
        "sites.change-calendar": Example({"site_id": second["id"]}, second["version"]),
        "patients.change-practice": Example(
            {"patient_id": wishing["id"]}, practice["version"], {"site_id": first["id"]}
        ),
    }


async def _of(room: Room, specialty: str) -> list[Any]:
    page = await room.get("coordination", f"/v1/specialists?specialty={specialty}")
    resting = await room.get("coordination", f"/v1/specialists?specialty={specialty}&retired=true")
    found = {each["id"]: each for each in (*page["items"], *resting["items"])}
    return sorted(found.values(), key=lambda each: str(each["telephone"]))
