"""Open alerts, one that somebody has seen, and one that may wait."""

from typing import Any

from deploy.local.examples.example import Example, Room
from deploy.local.examples.readings import QUIET

_QUIET_FOR = 6  # days; a moderate alert may be quiet for seven


_CLOSED = {
    "disposition": "resolved",
    "assessment": "No red flag",
    "action": "Technique reviewed, plan explained",
    "contact_outcome": "Reached by phone",
    "informed": "On-call physician",
    "plan": "Measures again this evening",
}
_TRIED = {"channel": "phone", "outcome": "no-answer", "note": "Rang ten times"}


async def make(room: Room) -> dict[str, Example]:
    """The newest open alerts of the demo, each for one act.

    A repeat of the seed finds the acknowledged one where it was, for the order is that of opening.
    """
    page = await room.get("monitoring", "/v1/alerts?live=true&limit=200")
    # The examples of readings are about these patients and may change their alerts.
    spoken_of = {await _known(room, number) for number in (3, QUIET)}
    live = sorted((each for each in page["items"] if each["patient_id"] not in spoken_of), key=_opened)
    moderate = [each for each in live if each["severity"] in ("low", "moderate")]
    high = [each for each in live if each["severity"] in ("high", "critical")]
    seen = await _acknowledged(room, high[1])
    until = {"until": room.at(_QUIET_FOR), "reason": "Called, will measure again during the week"}
    return {
        "alerts.acknowledge": _of(high[0]),
        "alerts.resolve": _of(seen, {**_CLOSED, "recheck_at": room.at(1)}),
        "alerts.recheck": _of(await _ended(room, moderate[1])),
        "alerts.snooze": _of(moderate[0], until),
        "alerts.explanation": Example({"alert_id": high[0]["id"]}),
        "alerts.attempts": Example({"alert_id": high[0]["id"]}),
        "alerts.attempt": Example({"alert_id": high[0]["id"]}, body={**_TRIED, "at": high[0]["opened_at"]}),
        "alerts.get": Example({"alert_id": high[0]["id"]}),
        "rota.put": Example(version=(await room.get("monitoring", "/v1/rota"))["version"]),
    }


async def _known(room: Room, number: int) -> str:
    page = await room.get("monitoring", f"/v1/patients?coordination_id={room.patient(number)['id']}")
    return str(page["items"][0]["id"])


def _opened(alert: dict[str, Any]) -> tuple[str, str]:
    return alert["opened_at"], alert["id"]


def _of(alert: dict[str, Any], body: dict[str, Any] | None = None) -> Example:
    return Example({"alert_id": alert["id"]}, alert["version"], body)


async def _acknowledged(room: Room, alert: dict[str, Any]) -> Any:
    path, note = f"/v1/alerts/{alert['id']}/acknowledge", {"note": "Calling the patient now (demo)"}
    return await room.post("monitoring", path, note, key="acknowledge", version=alert["version"], days_ago=0)


async def _ended(room: Room, alert: dict[str, Any]) -> Any:
    path, body = f"/v1/alerts/{alert['id']}/resolve", {**_CLOSED, "recheck_at": room.at(1)}
    return await room.post("monitoring", path, body, key="ended", version=alert["version"], days_ago=0)
