"""Resources to read under /fhir: those of the demo, and a site, a practitioner and a problem told in FHIR."""

from collections.abc import Mapping
from typing import Any

from deploy.local.examples.example import Example, Room
from shared.fhir.examples import DIRECTORY, EXAMPLES
from shared.vocabulary import Role

_PATHS = {
    "coordination": (
        "Patient",
        "Encounter",
        "Condition",
        "Practitioner",
        "Organization",
        "Location",
        "PractitionerRole",
        "HealthcareService",
        "Schedule",
        "Slot",
        "ServiceRequest",
        "Task",
        "Appointment",
        "RiskAssessment",
    ),
    "monitoring": ("Patient", "Observation", "Questionnaire"),
}
_CALLED = {"PractitionerRole": "ROLE", "Schedule": "CALENDAR"}
_MADE: Mapping[str, dict[str, Any]] = {
    "Organization": {
        "identifier": [{"system": "https://example.org/sites", "value": "DEMO-SITE-1"}],
        "name": "Northlake Demo Hospital",
    },
    "Practitioner": {
        "identifier": [{"system": "https://example.org/staff", "value": "DEMO-STAFF-1"}],
        "name": [{"family": "Pattern", "given": ["Paul"]}],
    },
    "Condition": {
        "identifier": [{"system": "https://example.org/problems", "value": "DEMO-PROBLEM-1"}],
        "clinicalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
        },
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "84114007", "display": "Heart failure"}]},
        "subject": {"reference": "Patient?identifier=https://example.org/mrn|EX-10482"},
    },
}


async def coordination(room: Room) -> dict[str, Example]:
    """The reads of coordination."""
    for name, members in _MADE.items():
        body = {"resourceType": name, **members}
        await room.post("coordination", f"/fhir/R4/{name}", body, key=f"fhir-{name}", role=Role.INTEGRATION)
    updates = await _updates(room)
    return {**await _reads(room, "coordination"), **updates}


async def _updates(room: Room) -> dict[str, Example]:
    """What is put is about resources of its own, read before: the ids are those the demo gave."""
    found = {}
    for name, resource in DIRECTORY.items():
        system = resource["identifier"][0]["system"]
        # The examples that create refer to the first of these; the second ones are there to be put.
        for number, purpose in ((0, "refer"), (2, "put")):
            called = f"EX-{name.upper()}-{number}" if name not in _CALLED else f"EX-{_CALLED[name]}-{number}"
            body = {**resource, "identifier": [{"system": system, "value": called}]}
            key = f"fhir-{purpose}-{name}"
            made = await room.post("coordination", f"/fhir/R4/{name}", body, key=key, role=Role.INTEGRATION)
        version = int(made["meta"]["versionId"])
        found[f"fhir.{name.lower()}.update"] = Example({"resource_id": made["id"]}, version, made)
    return found | {"fhir.servicerequest.update": await _order(room)}


async def _order(room: Room) -> Example:
    """An order that is taken back."""
    told = {**EXAMPLES["ServiceRequest"], "authoredOn": room.at(-2)}
    told["identifier"] = [{"system": "https://example.org/orders", "value": "EX-ORDER-2"}]
    path = "/fhir/R4/ServiceRequest"
    made = await room.post("coordination", path, told, key="fhir-order", role=Role.INTEGRATION)
    version = int(made["meta"]["versionId"])
    return Example({"resource_id": made["id"]}, version, {**made, "status": "revoked"})


async def monitoring(room: Room) -> dict[str, Example]:
    """The reads of monitoring; observations are searched for within a patient."""
    known = await room.get("monitoring", f"/v1/patients?coordination_id={room.patient(3)['id']}")
    asked = {"patient": str(known["items"][0]["id"]), "code": "29463-7"}
    found = await _reads(room, "monitoring", f"&patient={asked['patient']}")
    return {**found, "fhir.observation.search": Example(asked)}


async def _reads(room: Room, service: str, within: str = "") -> dict[str, Example]:
    found = {}
    for name in _PATHS[service]:
        # A visit that took place stays; one ahead may be called off by another example.
        narrower = {"Observation": within, "Appointment": "&status=fulfilled"}.get(name, "")
        query = f"_count=1{narrower}"
        bundle = await room.get(service, f"/fhir/R4/{name}?{query}")
        found[f"fhir.{name.lower()}.read"] = Example({"resource_id": bundle["entry"][0]["resource"]["id"]})
    return found
