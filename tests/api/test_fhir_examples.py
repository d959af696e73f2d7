"""The examples of the FHIR doors in /docs run as they stand against a clinic that knows their patient."""

from typing import Any

import pytest

from shared.fhir.examples import EXAMPLES
from shared.vocabulary import Role
from tests.support import makers_coordination, makers_monitoring
from tests.support.apps import Api, Pair
from tests.support.published import document

ROLE = {**EXAMPLES["PractitionerRole"], "identifier": [{"system": "https://example.org/roles", "value": "EX-ROLE-0"}]}
CALENDAR = {
    **EXAMPLES["Schedule"],
    "identifier": [{"system": "https://example.org/calendars", "value": "EX-CALENDAR-0"}],
}
MRN = [{"system": "https://example.org/mrn", "value": "EX-10482"}]


async def knows_the_patient(pair: Pair) -> None:
    await makers_coordination.a_patient(pair.coordination, identifiers=MRN)
    for resource in (ROLE, CALENDAR):
        made = await pair.coordination.as_(Role.INTEGRATION).post(f"/fhir/R4/{resource['resourceType']}", json=resource)
        assert made.status_code == 201, made.text
    known = {"version": 1, **makers_monitoring.identity(), "identifiers": MRN}
    await makers_monitoring.enrolls(pair.monitoring, "heart-failure", "2026-09-04 15:20", patient=known)


@pytest.mark.parametrize("service", ["coordination", "monitoring"])
async def test_every_fhir_example_is_taken(service: str, pair: Pair) -> None:
    await knows_the_patient(pair)
    api: Api = getattr(pair, service)
    ehr = api.as_(Role.INTEGRATION)
    came: dict[str, Any] = {}
    for path, operations in document(service)["paths"].items():
        if path.startswith("/fhir") and "post" in operations:
            body = operations["post"]["requestBody"]["content"]["application/fhir+json"]["example"]
            answer = await ehr.post(path, json=body, headers={"Content-Type": "application/fhir+json"})
            came[path] = answer.status_code
            if path == "/fhir/R4":
                assert answer.json()["entry"][0]["response"]["status"].startswith("201"), answer.text
            else:
                assert answer.status_code == 201, (path, answer.text)
    assert len(came) >= 3
