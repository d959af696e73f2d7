"""Makers of the resources of a directory as an EHR sends them."""

from typing import Any
from uuid import uuid4

from tests.support.makers_fhir import Json, a_bundle, entry

NUCC = "http://nucc.org/provider-taxonomy"
NPI = "http://hl7.org/fhir/sid/us-npi"
OURS = "urn:careweave:extension:"
ZONE = "http://hl7.org/fhir/StructureDefinition/timezone"
CALLED = "https://example.org/directory"
CLINIC, RUTH, STREET, ROLE, SERVICE, CALENDAR, PLACE = (
    f"urn:uuid:22222222-0000-4000-8000-{number:012d}" for number in range(7)
)
HEART = [{"coding": [{"system": NUCC, "code": "207RC0000X"}]}]


def named(value: str, **more: Any) -> Json:
    """Members every resource of a directory has."""
    return {"identifier": [{"system": CALLED, "value": value}], **more}


def ours(name: str, **value: Any) -> Json:
    """An extension of ours."""
    return {"url": OURS + name, **value}


def an_organization(**changes: Any) -> Json:
    return {"resourceType": "Organization", **named("clinic", name="Riverside Heart Clinic"), **changes}


def a_practitioner(**changes: Any) -> Json:
    spoken = [{"coding": [{"system": "urn:ietf:bcp:47", "code": code}]} for code in ("en", "es")]
    who = {"name": [{"family": "Example", "given": ["Ruth"]}], "gender": "female", "communication": spoken}
    return {"resourceType": "Practitioner", **named("ruth", **who), **changes}


def a_location(**changes: Any) -> Json:
    where = {
        "name": "Main Street",
        "address": {"line": ["1 Main Street"], "city": "Springfield"},
        "position": {"latitude": 40.7306, "longitude": -73.9352},
        "extension": [{"url": ZONE, "valueCode": "America/New_York"}],
    }
    return {"resourceType": "Location", **named("street", **where), **changes}


def a_role(**changes: Any) -> Json:
    """A cardiologist who takes Medicare for 40 dollars."""
    payer = {"url": "payer", "valueString": "Medicare"}
    amount = {"url": "amount", "valueMoney": {"value": 40, "currency": "USD"}}
    free = [{"url": "free", "valueInteger": 4}, {"url": "as-of", "valueDateTime": "2026-09-02T12:00:00Z"}]
    facts = [
        ours("modality", valueCode="in-person"),
        ours("modality", valueCode="video"),
        ours("min-age", valueInteger=18),
        ours("coverage", extension=[payer]),
        ours("price", extension=[amount, payer]),
        ours("capacity", extension=free),
    ]
    whose = {"practitioner": {"reference": RUTH}, "organization": {"reference": CLINIC}}
    known = named("role", specialty=HEART, location=[{"reference": STREET}], extension=facts, **whose)
    return {"resourceType": "PractitionerRole", **known, **changes}


def a_service(**changes: Any) -> Json:
    """A laboratory's service."""
    lab = [{"coding": [{"system": NUCC, "code": "291U00000X"}]}]
    known = named("service", specialty=lab, name="Blood tests", providedBy={"reference": CLINIC})
    return {"resourceType": "HealthcareService", **known, "location": [{"reference": STREET}], **changes}


def a_calendar(**changes: Any) -> Json:
    known = named("calendar", actor=[{"reference": ROLE}, {"reference": STREET}])
    return {"resourceType": "Schedule", **known, **changes}


def a_slot(**changes: Any) -> Json:
    when = {"start": "2026-09-08T09:00:00-04:00", "end": "2026-09-08T09:30:00-04:00"}
    return {"resourceType": "Slot", **named("slot", schedule={"reference": CALENDAR}, status="free"), **when, **changes}


def once(resource: Json, full_url: str | None = None) -> Json:
    """An entry that creates where nothing carries the identifier."""
    name = resource["identifier"][0]
    return entry(
        resource, full_url or f"urn:uuid:{uuid4()}", if_none_exist=f"identifier={name['system']}|{name['value']}"
    )


def a_directory(kind: str = "transaction", **changes: Json) -> Json:
    """A clinic, its cardiologist and its laboratory, in an order in which everything refers forwards."""
    made = {
        "slot": (a_slot(), PLACE),
        "calendar": (a_calendar(), CALENDAR),
        "service": (a_service(), SERVICE),
        "role": (a_role(), ROLE),
        "location": (a_location(), STREET),
        "practitioner": (a_practitioner(), RUTH),
        "organization": (an_organization(), CLINIC),
    }
    return a_bundle(kind, *(once({**made[name][0], **changes.get(name, {})}, made[name][1]) for name in made))
