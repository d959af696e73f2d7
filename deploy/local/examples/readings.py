"""Readings to correct and to void, and what was put aside."""

from decimal import Decimal
from typing import Any

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

QUIET = 9  # a patient with heart failure whose alerts no example names
_METRIC = "body_weight"


async def make(room: Room) -> dict[str, Example]:
    """Four weights of one patient, three values that nobody could take."""
    patient = await _patient(room)
    asked = {"patient_id": patient, "metric": _METRIC, "from": room.at(-30), "to": room.at(1)}
    query = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in asked.items())
    series = await room.get("monitoring", f"/v1/readings/series?{query}")
    weights = [await room.get("monitoring", f"/v1/readings/{each}") for each in series["reading_ids"][:4]]
    read, mistyped, doubted, history = weights
    value = str(Decimal(mistyped["value"]) - Decimal("0.4"))
    right = {"value": value, "unit": mistyped["unit"], "reason": "Read again from the photo"}
    history = await _corrected(room, history)
    return {
        "readings.get": Example({"reading_id": read["id"]}),
        "readings.versions": Example({"reading_id": history["id"]}),
        "readings.correct": Example({"reading_id": mistyped["id"]}, mistyped["version"], right),
        "readings.void": Example({"reading_id": doubted["id"]}, doubted["version"]),
        "readings.series": Example(asked),
        "readings.verify": await _flagged(room),
        **await _issues(room),
    }


async def _patient(room: Room) -> str:
    found = await room.get("monitoring", f"/v1/patients?coordination_id={room.patient(QUIET)['id']}")
    return str(found["items"][0]["id"])


async def _corrected(room: Room, reading: dict[str, Any]) -> Any:
    body = {"value": reading["value"], "unit": reading["unit"], "reason": "Checked against the device (demo)"}
    path = f"/v1/readings/{reading['id']}/correct"
    done = await room.post("monitoring", path, body, key="correct", version=reading["version"])
    return done["reading"]


async def _flagged(room: Room) -> Example:
    """A pulse beyond the soft limit, which waits until somebody verifies it."""
    reading = {"patient_identifier": room.patient(QUIET)["identifiers"][0], "metric": "heart_rate", "value": 155}
    reading |= {"unit": "/min", "observed_at": room.at(-1.25), "source": "demo-cuff-other"}
    done = await room.post("monitoring", "/v1/readings", reading, key="flagged", role=Role.INTEGRATION)
    return Example({"reading_id": done["reading"]["id"]}, done["reading"]["version"])


async def _issues(room: Room) -> dict[str, Example]:
    """Three values without a unit, as a device sent them."""
    reading = {"patient_identifier": room.patient(QUIET)["identifiers"][0], "metric": _METRIC, "value": 180.5}
    sent = [{**reading, "observed_at": room.at(-days), "source": "demo-scale-old"} for days in (4, 5, 6)]
    done = await room.post("monitoring", "/v1/readings/batch", sent, key="put-aside", role=Role.INTEGRATION)
    read, cleared, dismissed = (str(each["issue_id"]) for each in done["items"])
    again = {"note": "Asked: the old scale shows pounds, measured again in kilograms"}
    nothing = {"note": "The same weight came from the new scale with its unit"}
    return {
        "reading-issues.get": Example({"issue_id": read}),
        "reading-issues.clear": Example({"issue_id": cleared}, 1, again),
        "reading-issues.dismiss": Example({"issue_id": dismissed}, 1, nothing),
    }
