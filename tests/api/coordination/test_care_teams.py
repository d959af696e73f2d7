"""Care teams: who is responsible, and for when."""

from typing import Any
from uuid import uuid4

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import FRIDAY, a_coordinator, a_need, taken, the_need


async def joined(api: Api, patient: str, role: str, **changes: object) -> dict[str, Any]:
    body = {"patient_id": patient, "role": role, "practitioner": f"The {role}", "starts_on": "2026-09-01", **changes}
    return taken(await a_coordinator(api).post("/v1/care-teams", json=body), 201)


async def a_patient_id(api: Api) -> str:
    return str((await the_need(api, await a_need(api))).patient_id)


async def roles(api: Api, patient: str, **query: str) -> list[tuple[str, bool]]:
    answer = await a_coordinator(api).get("/v1/care-teams", params={"patient_id": patient, **query})
    return [(one["role"], one["active"]) for one in taken(answer)["items"]]


async def test_a_responsibility_holds_for_its_period_in_the_patients_days(coordination: Api) -> None:
    patient = await a_patient_id(coordination)
    await joined(coordination, patient, "primary-care", starts_on="2020-01-01")
    await joined(coordination, patient, "covering-clinician", ends_on="2026-09-04")
    await joined(coordination, patient, "case-manager", starts_on="2026-09-05")
    assert await roles(coordination, patient) == [
        ("primary-care", True), ("covering-clinician", True), ("case-manager", False)
    ]  # fmt: skip
    assert await roles(coordination, patient, on="2026-09-05") == [("primary-care", True), ("case-manager", False)]


async def test_leaving_takes_a_last_day_that_can_be_and_the_version_seen(coordination: Api) -> None:
    patient = await a_patient_id(coordination)
    member = await joined(coordination, patient, "pharmacist")
    client, address = a_coordinator(coordination), f"/v1/care-teams/{member['id']}/leave"
    early = await client.post(address, json={"ends_on": "2026-08-31"}, headers={"If-Match": '"1"'})
    assert problem(early) == (422, "care-team.ends-before-start")
    left = await client.post(address, json={"ends_on": "2026-09-03"}, headers={"If-Match": '"1"'})
    assert (taken(left)["active"], left.json()["version"]) == (False, 2)
    again = await client.post(address, json={"ends_on": "2026-09-03"}, headers={"If-Match": '"1"'})
    assert problem(again) == (412, "version.stale")


async def test_an_unknown_patient_and_a_period_that_runs_backwards_are_refused(coordination: Api) -> None:
    body = {"patient_id": str(uuid4()), "role": "coordinator", "practitioner": "Ana", "starts_on": "2026-09-01"}
    client = a_coordinator(coordination)
    assert problem(await client.post("/v1/care-teams", json=body)) == (404, "not-found")
    backwards = await client.post("/v1/care-teams", json={**body, "ends_on": "2026-08-01"})
    assert backwards.status_code == 422
    stranger = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=FRIDAY)
    patient = await a_patient_id(coordination)
    answer = await stranger.get("/v1/care-teams", params={"patient_id": patient})
    assert problem(answer) == (404, "not-found")
