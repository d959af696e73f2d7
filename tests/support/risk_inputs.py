"""What risk scores are computed from."""

from typing import Any

from tests.support.apps import Api
from tests.support.makers_coordination import (
    a_stay,
    discharge,
    new_york,
)

LABS = [
    {"loinc": "718-7", "value": "11.2", "unit": "g/dL", "observed_at": "2026-09-04T06:30:00-04:00"},
    {"loinc": "718-7", "value": "14.0", "unit": "g/dL", "observed_at": "2026-08-31T06:30:00-04:00"},
    {"loinc": "2951-2", "value": "133", "unit": "mEq/L", "observed_at": "2026-09-04T06:30:00-04:00"},
]
KNOWN = {"labs": LABS, "admission_type": "emergency", "oncology_service": False, "procedures": []}
DIAGNOSES = [{"system": "icd-10-cm", "code": code} for code in ("I13.0", "I50.23", "N18.32", "E11.22")]


async def earlier(api: Api, patient: dict[str, Any], stay_class: str, start: str, end: str) -> None:
    """A stay that is over, without a plan."""
    stay = await a_stay(api, patient, started=new_york(start), stay_class=stay_class)
    await discharge(api, stay, ended_at=new_york(end).isoformat(), plan="never")
