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

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "Patient": _PERSON,
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
