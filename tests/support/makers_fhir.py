"""Makers of FHIR resources and Bundles, and readers of what is answered."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx

Json = dict[str, Any]
MRN = "https://example.org/mrn"
CODES = "urn:careweave:problem"


def a_patient(**changes: Any) -> Json:
    """A Patient with an identifier of their own."""
    known: Json = {
        "resourceType": "Patient",
        "identifier": [{"system": MRN, "value": f"EX-{uuid4()}"}],
        "name": [{"use": "official", "family": "Sample", "given": ["Rosa"]}],
        "gender": "female",
        "birthDate": "1968-05-14",
    }
    return {**known, **changes}


def an_encounter(patient: str, **changes: Any) -> Json:
    """An office visit of an hour."""
    known: Json = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": patient},
        "period": {"start": "2026-08-20T10:00:00-04:00", "end": "2026-08-20T11:00:00-04:00"},
    }
    return {**known, **changes}


def a_hospital_stay(patient: str, start: str, end: str, **changes: Any) -> Json:
    """An inpatient stay for heart failure, sent home."""
    failing = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.23"}]}
    home = {"coding": [{"system": "http://www.nubc.org/patient-discharge", "code": "01"}]}
    period = {"start": start, "end": end}
    kind = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}
    left = {"dischargeDisposition": home}
    known = {"class": kind, "period": period, "reasonCode": [failing], "hospitalization": left}
    return an_encounter(patient, **{**known, **changes})


def a_condition(patient: str, **changes: Any) -> Json:
    """Type 2 diabetes, active."""
    status = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
    known: Json = {
        "resourceType": "Condition",
        "clinicalStatus": status,
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "44054006"}], "text": "Diabetes"},
        "subject": {"reference": patient},
        "onsetDateTime": "2019",
    }
    return {**known, **changes}


def a_weight(patient: str, kilograms: float, at: str, **changes: Any) -> Json:
    """A body weight."""
    known: Json = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": patient},
        "effectiveDateTime": at,
        "valueQuantity": {"value": kilograms, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }
    return {**known, **changes}


def entry(resource: Json, full_url: str | None = None, *, if_none_exist: str | None = None) -> Json:
    """An entry that creates."""
    request = {"method": "POST", "url": resource["resourceType"]}
    if if_none_exist is not None:
        request["ifNoneExist"] = if_none_exist
    return {"fullUrl": full_url or f"urn:uuid:{uuid4()}", "resource": resource, "request": request}


def a_bundle(kind: str, *entries: Json) -> Json:
    """A Bundle of these entries."""
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def statuses(answer: httpx.Response) -> list[str]:
    """The status of each entry of a response Bundle."""
    assert answer.status_code == 200, answer.text
    return [one["response"]["status"][:3] for one in answer.json()["entry"]]


def codes(outcome: Json) -> list[str]:
    """Our codes in an OperationOutcome."""
    assert outcome["resourceType"] == "OperationOutcome", outcome
    return [issue["details"]["coding"][0]["code"] for issue in outcome["issue"]]


def refusal(answer: httpx.Response) -> tuple[int, list[str]]:
    """Status and codes of a refusal, which under /fhir is always an OperationOutcome."""
    assert answer.headers["content-type"].startswith("application/fhir+json"), answer.text
    return answer.status_code, codes(answer.json())


def entry_codes(answer: httpx.Response, index: int) -> list[str]:
    """The codes an entry's outcome carries."""
    said = answer.json()["entry"][index]["response"].get("outcome")
    return codes(said) if said else []


def batch_from(path: Path, types: Sequence[str]) -> Json:
    """A Synthea file as an importer sends it: the types a service takes, each on the condition that it is not there."""
    found = json.loads(gzip.decompress(path.read_bytes()))["entry"]
    return a_bundle("batch", *(_conditional(one) for one in found if one["resource"]["resourceType"] in types))


def _conditional(raw: Json) -> Json:
    resource = raw["resource"]
    if resource["resourceType"] == "Observation":
        return entry(resource, raw["fullUrl"])
    named = next((one for one in resource.get("identifier", []) if one.get("system")), None)
    known = f"{named['system']}|{named['value']}" if named else f"urn:ietf:rfc:3986|{raw['fullUrl']}"
    return entry(resource, raw["fullUrl"], if_none_exist=urlencode({"identifier": known}))
