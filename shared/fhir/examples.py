"""An example of each resource that can be posted, about a patient of the demo data."""

from collections.abc import Mapping
from typing import Any

_PATIENT = {"reference": "Patient?identifier=https://example.org/mrn|EX-10482"}
_KILOGRAMS = {"value": 81.1, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
_WEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": _PATIENT,
    "effectiveDateTime": "2026-09-05T07:05:00-04:00",
    "valueQuantity": _KILOGRAMS,
    "identifier": [{"system": "https://example.org/results", "value": "EX-WEIGHT-1"}],
}
_PERSON = {
    "resourceType": "Patient",
    "identifier": [{"system": "https://example.org/mrn", "value": "EX-40001"}],
    "name": [{"family": "Sample", "given": ["Frida"]}],
    "gender": "female",
    "birthDate": "1957-11-02",
}

_VIDEO = [{"url": "urn:careweave:extension:modality", "valueCode": "video"}]
_HEART = [{"coding": [{"system": "http://nucc.org/provider-taxonomy", "code": "207RC0000X"}]}]
_ROLE = {"reference": "PractitionerRole?identifier=https://example.org/roles|EX-ROLE-0"}
_CALENDAR = {"reference": "Schedule?identifier=https://example.org/calendars|EX-CALENDAR-0"}
DIRECTORY: Mapping[str, Mapping[str, Any]] = {
    "Location": {
        "resourceType": "Location",
        "identifier": [{"system": "https://example.org/locations", "value": "EX-LOCATION-1"}],
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "America/New_York"}],
        "name": "Lake Street",
        "address": {"line": ["2 Lake Street"], "city": "Springfield"},
        "position": {"latitude": 40.7306, "longitude": -73.9352},
    },
    "PractitionerRole": {
        "resourceType": "PractitionerRole",
        "identifier": [{"system": "https://example.org/roles", "value": "EX-ROLE-1"}],
        "practitioner": {"display": "Dr. Rhea Example"},
        "organization": {"display": "Lakeside Heart Clinic"},
        "specialty": _HEART,
        "extension": [
            *_VIDEO,
            {"url": "urn:careweave:extension:language", "valueCode": "en"},
            {
                "url": "urn:careweave:extension:coverage",
                "extension": [{"url": "payer", "valueString": "Medicare"}],
            },
            {
                "url": "urn:careweave:extension:price",
                "extension": [
                    {"url": "amount", "valueMoney": {"value": 40.00, "currency": "USD"}},
                    {"url": "payer", "valueString": "Medicare"},
                ],
            },
        ],
    },
    "HealthcareService": {
        "resourceType": "HealthcareService",
        "identifier": [{"system": "https://example.org/services", "value": "EX-SERVICE-1"}],
        "providedBy": {"display": "Lakeside Heart Clinic"},
        "name": "Heart failure clinic by video",
        "specialty": _HEART,
        "communication": [{"coding": [{"system": "urn:ietf:bcp:47", "code": "en"}]}],
        "extension": _VIDEO,
    },
    "Schedule": {
        "resourceType": "Schedule",
        "identifier": [{"system": "https://example.org/calendars", "value": "EX-CALENDAR-1"}],
        "actor": [_ROLE],
    },
    "Slot": {
        "resourceType": "Slot",
        "identifier": [{"system": "https://example.org/slots", "value": "EX-SLOT-1"}],
        "schedule": _CALENDAR,
        "status": "free",
        "start": "2030-09-11T13:30:00-04:00",
        "end": "2030-09-11T14:00:00-04:00",
    },
}

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "Patient": _PERSON,
    **DIRECTORY,
    "Organization": {
        "resourceType": "Organization",
        "identifier": [{"system": "https://example.org/sites", "value": "EX-SITE-1"}],
        "active": True,
        "name": "Example General Hospital",
    },
    "Practitioner": {
        "resourceType": "Practitioner",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
        "active": True,
        "name": [{"family": "Example", "given": ["Ada"]}],
    },
    "Encounter": {
        "resourceType": "Encounter",
        "identifier": [{"system": "https://example.org/visits", "value": "EX-VISIT-1"}],
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": _PATIENT,
        "period": {"start": "2026-09-11T13:30:00-04:00", "end": "2026-09-11T14:00:00-04:00"},
    },
    "Condition": {
        "resourceType": "Condition",
        "identifier": [{"system": "https://example.org/problems", "value": "EX-PROBLEM-1"}],
        "clinicalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
        },
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "84114007", "display": "Heart failure"}]},
        "subject": _PATIENT,
    },
    "ServiceRequest": {
        "resourceType": "ServiceRequest",
        "identifier": [{"system": "https://example.org/orders", "value": "EX-ORDER-1"}],
        "status": "active",
        "intent": "order",
        "priority": "urgent",
        "code": {
            "coding": [{"system": "http://snomed.info/sct", "code": "183519002"}],
            "text": "Referral to cardiology",
        },
        "subject": _PATIENT,
        "authoredOn": "2026-09-04T15:20:00-04:00",
        "requester": {"display": "Dr. Ada Example"},
        "reasonCode": [{"text": "Titrate therapy after a stay for heart failure"}],
    },
    "Observation": _WEIGHT,
    "QuestionnaireResponse": {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:careweave:form:common|1.0.0",
        "status": "in-progress",
        "subject": _PATIENT,
        "item": [{"linkId": "common.missed-doses", "answer": [{"valueDecimal": 1}]}],
    },
    "Bundle": {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [
            {
                "resource": {**_PERSON, "identifier": [{"system": "https://example.org/mrn", "value": "EX-40002"}]},
                "request": {
                    "method": "POST",
                    "url": "Patient",
                    "ifNoneExist": "identifier=https://example.org/mrn|EX-40002",
                },
            }
        ],
    },
}
