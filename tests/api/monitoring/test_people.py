"""Patients and stays as coordination tells of them."""

from typing import Any
from uuid import uuid4

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import as_coordination, identity, local, with_heart_failure

AT = local("2026-09-04 15:20")


async def tells(api: Api, coordination_id: str, version: int, **person: Any) -> Any:
    """Coordination's message PatientChanged arrives."""
    return await as_coordination(api, AT).put(f"/v1/patients/{coordination_id}", json={"version": version, **person})


async def test_an_older_version_never_overwrites_a_newer_one(monitoring: Api) -> None:
    id_, person = str(uuid4()), identity()
    first = (await tells(monitoring, id_, 1, **person)).json()
    newer = (await tells(monitoring, id_, 3, **{**person, "given": "Karl"})).json()
    older = (await tells(monitoring, id_, 2, **{**person, "given": "Charles"})).json()
    assert first["id"] == newer["id"] == older["id"]
    assert (newer["given"], older["given"], older["source_version"]) == ("Karl", "Karl", 3)
    assert older["version"] == newer["version"] == 2


async def test_a_patient_from_an_ehr_is_recognized_by_an_identifier(monitoring: Api) -> None:
    person = identity()
    client = monitoring.as_(Role.INTEGRATION, now=AT)
    registered = (await client.post("/v1/patients", json=person)).json()
    told = (await tells(monitoring, str(uuid4()), 1, **person)).json()
    assert told["id"] == registered["id"]
    assert told["coordination_id"] is not None
    found = (await client.get("/v1/patients", params=person["identifiers"][0])).json()["items"]
    assert [each["id"] for each in found] == [registered["id"]]


async def test_an_identifier_belongs_to_one_patient(monitoring: Api) -> None:
    person, other = identity(), identity()
    client = monitoring.as_(Role.INTEGRATION, now=AT)
    first = (await client.post("/v1/patients", json=person)).json()
    again = await client.post("/v1/patients", json=person)
    assert problem(again) == (409, "patient.identifier-taken")
    assert again.json()["patient_id"] == first["id"]
    await client.post("/v1/patients", json=other)
    both = {**person, "identifiers": person["identifiers"] + other["identifiers"]}
    assert problem(await tells(monitoring, str(uuid4()), 1, **both)) == (409, "patient.ambiguous")
    await tells(monitoring, str(uuid4()), 1, **person)
    assert problem(await tells(monitoring, str(uuid4()), 1, **person)) == (409, "patient.other-id")


async def test_a_birth_date_that_cannot_be_is_refused_whoever_tells_it(monitoring: Api) -> None:
    for day, code in (("0001-01-01", "patient.born-too-long-ago"), ("2031-01-01", "patient.born-in-the-future")):
        client = monitoring.as_(Role.INTEGRATION, now=AT)
        assert problem(await client.post("/v1/patients", json=identity(day))) == (422, code)
        assert problem(await tells(monitoring, str(uuid4()), 1, **identity(day))) == (422, code)


async def test_the_same_identifier_in_another_organization_is_another_person(monitoring: Api) -> None:
    person = identity()
    ours = await monitoring.as_(Role.INTEGRATION, now=AT).post("/v1/patients", json=person)
    theirs = await monitoring.as_(Role.INTEGRATION, organization=uuid4(), now=AT).post("/v1/patients", json=person)
    assert ours.status_code == theirs.status_code == 201
    assert ours.json()["id"] != theirs.json()["id"]


async def test_a_stay_pauses_silence_and_ends_at_tier_high(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    await patient.act(f"{path}/tier", {"tier": "stable", "reason": "Goals met"}, version=1, now="2026-09-20 09:00")
    known = (await patient.client(now="2026-09-20 09:00").get(f"/v1/patients/{patient.id}")).json()
    keep = ("identifiers", "family", "given", "birth_date", "sex", "time_zone")
    stay = {
        "patient": {"version": 1, **{name: known[name] for name in keep}},
        "started_at": "2026-09-21T08:00:00Z",
        "state": "in-progress",
    }
    service = as_coordination(monitoring, local("2026-09-21 09:00"))
    id_ = uuid4()
    assert (await service.put(f"/v1/stays/{id_}", json=stay)).status_code == 200
    inside = (await patient.client(now="2026-09-21 09:00").get(path)).json()
    assert inside["inpatient_since"] == "2026-09-21T08:00:00Z"
    wrong = {**stay, "state": "finished", "ended_at": "2026-09-20T08:00:00Z"}
    assert problem(await service.put(f"/v1/stays/{id_}", json=wrong)) == (422, "stay.ended-before-started")
    ended = {**stay, "state": "finished", "ended_at": "2026-09-24T18:00:00Z"}
    first = await service.put(f"/v1/stays/{id_}", json=ended)
    again = await service.put(f"/v1/stays/{id_}", json=ended)
    assert again.json()["version"] == first.json()["version"] == 2
    after = (await patient.client(now="2026-09-24 20:00").get(path)).json()
    assert (after["inpatient_since"], after["tier"]) == (None, "high")
    mismatch = await service.put(f"/v1/stays/{id_}", json={**ended, "stay_id": str(uuid4())})
    assert problem(mismatch) == (422, "id.mismatch")
