"""Ids of demo data for the examples in ``/docs``: the server makes them, so they are asked for after the seed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.demo_http import Desk
from shared.vocabulary import Role

FILE = "examples.json"
# Parameter name → the list to take the first id from. What one act needs to be allowed decides the filter.
_COORDINATION: Mapping[str, str] = {
    "patient_id": "/v1/patients?identifier=https://example.org/mrn|EX-10482",
    "stay_id": "/v1/stays",
    "need_id": "/v1/needs?state=identified",
    "contact_id": "/v1/contacts",
    "specialist_id": "/v1/specialists",
    "referral_id": "/v1/referrals?state=scheduled",
    "work_id": "/v1/worklist",
}
_MONITORING: Mapping[str, str] = {
    "enrollment_id": "/v1/enrollments?state=active",
    "issue_id": "/v1/reading-issues",
    "alert_id": "/v1/alerts",
}


async def keep(desk: Desk, folder: Path) -> None:
    """Write the ids where the services' documents find them."""
    coordination = await _firsts(desk, "coordination", _COORDINATION)
    monitoring = await _firsts(desk, "monitoring", _MONITORING)
    found = {
        "coordination": {**coordination, "resource_id": coordination["patient_id"]},
        "monitoring": {**monitoring, **await _of_alert(desk, monitoring.get("alert_id"))},
    }
    (folder / FILE).write_text(json.dumps(found, indent=2) + "\n")


async def _firsts(desk: Desk, service: str, lists: Mapping[str, str]) -> dict[str, str]:
    """The first thing of each list: its id, and under ``….version`` what If-Match must name."""
    found: dict[str, str] = {}
    for name, path in lists.items():
        items = (await desk.get(service, path, role=Role.SUPERVISOR))["items"]
        if items:
            found |= {name: items[0]["id"], f"{name}.version": str(items[0].get("version", 1))}
    return found


async def _of_alert(desk: Desk, alert_id: str | None) -> dict[str, Any]:
    if alert_id is None:
        return {}
    alert = await desk.get("monitoring", f"/v1/alerts/{alert_id}", role=Role.SUPERVISOR)
    patient, reading = alert["patient_id"], alert["evidence"][0]["reading_id"]
    return {"patient_id": patient, "resource_id": patient, "reading_id": reading}
