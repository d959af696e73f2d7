"""What is asked of the API for one demo clinic: the requests, in order, and the bodies they need."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deploy.local.demo_people import Person
from deploy.local.demo_readings import dry_weight

CASE_MANAGER = "dev.case_manager"


def at(person: Person, day: date, hour: int, minute: int = 0) -> datetime:
    """A time on the patient's own clock."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(person.clinic.time_zone))


def admission(person: Person, patient_id: str, today: date) -> dict[str, Any]:
    """The body of ``POST /v1/stays``: five days before the discharge."""
    return {
        "patient_id": patient_id,
        "stay_class": "inpatient",
        "started_at": at(person, _discharged(person, today) - timedelta(days=5), 11, 40).isoformat(),
        "facility": "Example General Hospital",
        "time_zone": person.clinic.time_zone,
    }


def discharged_at(person: Person, today: date) -> datetime:
    """When a patient with heart failure went home."""
    return at(person, _discharged(person, today), 15, 20)


def _discharged(person: Person, today: date) -> date:
    return today - timedelta(days=person.discharged_days_ago)


def discharge(person: Person, today: date) -> dict[str, Any]:
    """The body of ``POST /v1/stays/{id}/discharge``: heart failure, going home, to be followed by monitoring."""
    weight = {"value": f"{dry_weight(person):.1f}", "unit": "kg"}
    when = discharged_at(person, today).isoformat()
    diabetic = [{"system": "icd-10-cm", "code": "E11.9"}] if person.number % 2 else []
    return {
        "ended_at": when,
        "disposition": "home",
        "complexity": "high" if person.restless else "moderate",
        "diagnoses": [{"system": "icd-10-cm", "code": "I50.23", "role": "principal"}, *diabetic],
        "facts": {"lvef_percent": str(25 + person.number % 25), "nyha": "II", "weight": weight},
        "enroll": {
            "protocol": "heart-failure",
            "tier": "high" if person.restless else "rising",
            "case_manager": CASE_MANAGER,
            "reason": "Discharged with heart failure",
            "baselines": [{"metric": "dry_weight", **weight, "set_at": when}],
            "consents": [_agreed(discharged_at(person, today))],
        },
    }


def diabetes_enrollment(person: Person, patient_id: str, start: datetime) -> dict[str, Any]:
    """The body of monitoring's ``POST /v1/enrollments`` for a diabetic of the panel."""
    known = ("identifiers", "family", "given", "birth_date", "sex", "time_zone")
    registration = person.registration()
    return {
        "patient": {"coordination_id": patient_id, "version": 1} | {name: registration[name] for name in known},
        "protocol": "diabetes",
        "tier": "rising" if person.restless else "stable",
        "case_manager": CASE_MANAGER,
        "reason": "Type 2 diabetes, panel of the clinic",
        "consents": [_agreed(start)],
    }


def _agreed(when: datetime) -> dict[str, str]:
    return {"purpose": "monitoring", "given_by": "patient", "given_at": when.isoformat(), "mode": "verbal"}


def contact(person: Person, patient_id: str, today: date) -> dict[str, Any]:
    """The body of ``POST /v1/contacts``: the call on the first working day after the discharge."""
    day = _discharged(person, today) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    reached = person.number % 4 != 0
    started = at(person, day, 10, 12)
    ended = {"ended_at": (started + timedelta(minutes=14)).isoformat()} if reached else {}
    return {
        "patient_id": patient_id,
        "channel": "phone",
        "contacted": "patient",
        "outcome": "reached" if reached else "voicemail",
        "started_at": started.isoformat(),
        **ended,
    }


def need(person: Person, patient_id: str) -> dict[str, Any]:
    """The body of ``POST /v1/needs`` for somebody who is not followed remotely."""
    kinds = ("retinal-exam", "foot-exam", "dsmes-mnt-referral", "vaccines", "depression-screen", "social-needs-screen")
    return {
        "patient_id": patient_id,
        "kind": kinds[person.number % len(kinds)],
        "reason": "Due according to the clinic's register (demo)",
        "priority": "urgent" if person.restless else "routine",
    }
