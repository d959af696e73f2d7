"""Patients: registered once, found, changed by whoever saw the newest version, merged with care."""

from uuid import uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    DISCHARGED,
    MRN,
    Json,
    a_patient,
    a_person,
    a_stay,
    at,
    discharge,
    good,
    need_of,
    new_york,
    tag,
)
from tests.support.makers_directory import a_specialist


async def test_a_registered_patient_is_read_back_as_registered(coordination: Api) -> None:
    person = a_person(language="es-US", interpreter_needed=True, address={"region": "NY"})
    made = await good(await at(coordination).post("/v1/patients", json=person))
    read = await at(coordination).get(f"/v1/patients/{made['id']}")
    assert read.headers["ETag"] == '"1"'
    assert {**read.json(), "possible_duplicates": []} == made
    assert {name: made[name] for name in ("family", "birth_date", "language", "time_zone")} == {
        name: person[name] for name in ("family", "birth_date", "language", "time_zone")
    }
    assert (made["monitored"], made["merged_into"], made["address"]["region"]) == (False, None, "NY")


async def test_an_identifier_belongs_to_one_patient_of_an_organization(coordination: Api) -> None:
    made = await a_patient(coordination)
    again = await at(coordination).post("/v1/patients", json=a_person(identifiers=made["identifiers"]))
    assert problem(again) == (409, "patient.identifier-taken")
    elsewhere = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=DISCHARGED)
    assert (await elsewhere.post("/v1/patients", json=a_person(identifiers=made["identifiers"]))).status_code == 201
    found = await good(await at(coordination).get("/v1/patients"))
    assert [patient["id"] for patient in found["items"]] == [made["id"]]


async def test_patients_are_found_by_identifier_name_and_birth_date(coordination: Api) -> None:
    lee = await a_patient(coordination, family="Lee-Example", given="Ana", birth_date="1970-01-02")
    await a_patient(coordination, family="Leeds", given="Bo")
    await a_patient(coordination, family="Other", given="Lee", birth_date="1970-01-02")
    client = at(coordination)

    async def found(query: str) -> set[str]:
        return {f"{p['family']} {p['given']}" for p in (await good(await client.get(f"/v1/patients?{query}")))["items"]}

    value = lee["identifiers"][0]["value"]
    assert await found(f"identifier={MRN}|{value}") == {"Lee-Example Ana"}
    assert await found("name=lee") == {"Lee-Example Ana", "Leeds Bo", "Other Lee"}
    assert await found("family=LEE&birth_date=1970-01-02") == {"Lee-Example Ana"}
    assert await found("family=%25") == set()
    assert problem(await client.get(f"/v1/patients?identifier={value}")) == (422, "patient.identifier-filter")


async def test_pages_by_name_neither_skip_nor_repeat(coordination: Api) -> None:
    for number in range(5):
        await a_patient(coordination, family="Same", given=f"G{number % 2}")
    client, seen, url = at(coordination), [], "/v1/patients?limit=2"
    while True:
        page = await good(await client.get(url))
        seen += [(p["family"], p["given"], p["id"]) for p in page["items"]]
        if page["next_cursor"] is None:
            break
        url = f"/v1/patients?limit=2&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen)


async def test_a_change_needs_the_newest_version(coordination: Api) -> None:
    made = await a_patient(coordination)
    client, url = at(coordination), f"/v1/patients/{made['id']}"
    body = a_person(identifiers=made["identifiers"], family="Renamed")
    assert problem(await client.put(url, json=body)) == (428, "version.missing")
    changed = await good(await client.put(url, json=body, headers=tag(made)))
    assert (changed["family"], changed["version"]) == ("Renamed", 2)
    assert problem(await client.put(url, json=body, headers=tag(made))) == (412, "version.stale")


async def test_a_birth_date_does_not_move_past_what_is_on_record(coordination: Api) -> None:
    patient = await a_patient(coordination)
    url = f"/v1/patients/{patient['id']}"

    async def born(day: str) -> httpx.Response:
        client, seen = at(coordination), await good(await at(coordination).get(url))
        return await client.put(url, json={**a_person(), "birth_date": day}, headers=tag(seen))

    body = {"patient_id": patient["id"], "planned_for": new_york("2026-09-01 08:00").isoformat()}
    planned = await good(await at(coordination).post("/v1/stays", json=body))
    assert (await born("2026-09-02")).status_code == 200
    refused = await born("2026-09-03")
    assert problem(refused) == (409, "patient.born-after-record")
    assert "a stay of 2026-09-01" in refused.json()["detail"]
    wrong = {"reason": "It was planned for somebody else"}
    await good(await at(coordination).post(f"/v1/stays/{planned['id']}/cancel", json=wrong, headers=tag(planned)))
    assert (await born("2026-09-03")).status_code == 200


async def test_a_changed_identifier_is_free_for_somebody_else(coordination: Api) -> None:
    made = await a_patient(coordination)
    body = a_person()
    await good(await at(coordination).put(f"/v1/patients/{made['id']}", json=body, headers=tag(made)))
    other = await at(coordination).post("/v1/patients", json=a_person(identifiers=made["identifiers"]))
    assert other.status_code == 201


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"birth_date": "2031-01-01"}, "patient.born-in-the-future"),
        ({"birth_date": "0001-01-01"}, "patient.born-too-long-ago"),
        ({"birth_date": "1895-09-03"}, "patient.born-too-long-ago"),
        ({"deceased_at": "2031-01-01T00:00:00Z"}, "patient.death-impossible"),
        ({"deceased_at": "1901-01-01T00:00:00Z"}, "patient.death-impossible"),
        ({"deceased_at": "2026-01-01T00:00:00"}, "time.without-zone"),
        ({"time_zone": "America/Gotham"}, "body.invalid"),
        ({"nickname": "Bo"}, "body.invalid"),
        ({"telecom": [{"kind": "email", "value": "rosa.example.org"}]}, "email.invalid"),
        ({"identifiers": [{"system": "s", "value": "1"}] * 2}, "patient.identifier-twice"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(coordination: Api, changes: Json, code: str) -> None:
    assert problem(await at(coordination).post("/v1/patients", json=a_person(**changes))) == (422, code)
    assert (await good(await at(coordination).get("/v1/patients")))["items"] == []


async def test_another_organization_finds_nobody(coordination: Api) -> None:
    made = await a_patient(coordination)
    stranger = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=DISCHARGED)
    theirs = await stranger.get(f"/v1/patients/{made['id']}")
    missing = await stranger.get(f"/v1/patients/{uuid4()}")
    assert (theirs.status_code, theirs.json()["detail"]) == (404, missing.json()["detail"])


async def test_the_acts_say_why_an_auditor_may_not_change(coordination: Api) -> None:
    made = await a_patient(coordination)
    seen = await good(await at(coordination, role=Role.AUDITOR).get(f"/v1/patients/{made['id']}"))
    assert {act["act"]: act["allowed"] for act in seen["acts"]} == {
        "change": False,
        "merge": False,
        "undo-merge": False,
    }
    assert all("is for" in act["reason"] for act in seen["acts"])


async def test_the_living_and_the_dead_are_not_merged(coordination: Api) -> None:
    living = await a_patient(coordination)
    dead = await a_patient(coordination, deceased_at="2026-08-01T00:00:00Z")
    client, url = at(coordination), f"/v1/patients/{living['id']}/merge"
    preview = await good(await client.get(f"{url}?into={dead['id']}"))
    assert "living" in preview["refused"]
    answer = await client.post(url, json={"into": dead["id"], "reason": "Twice"}, headers=tag(living))
    assert problem(answer) == (409, "patient.merge-living-with-dead")
    itself = await client.post(url, json={"into": living["id"], "reason": "Twice"}, headers=tag(living))
    assert problem(itself) == (422, "patient.merge-with-itself")
    assert (await good(await client.get(f"/v1/patients/{living['id']}")))["merged_into"] is None


async def test_a_merge_brings_no_stay_from_before_the_birth(coordination: Api) -> None:
    ending, staying = await a_patient(coordination), await a_patient(coordination, birth_date="2026-09-02")
    await a_stay(coordination, ending)
    client, url = at(coordination), f"/v1/patients/{ending['id']}/merge"
    seen = await good(await client.get(f"/v1/patients/{ending['id']}"))
    body = {"into": staying["id"], "reason": "Registered twice"}
    refused = await client.post(url, json=body, headers=tag(seen))
    assert problem(refused) == (409, "patient.born-after-record")
    assert "a stay of 2026-08-30" in refused.json()["detail"]
    shown = await good(await client.get(url, params={"into": staying["id"]}))
    assert shown["refused"] == refused.json()["detail"]


async def test_a_merge_moves_open_work_joins_what_both_have_and_links_the_records(coordination: Api) -> None:
    first, second = await a_patient(coordination), await a_patient(coordination)
    client = at(coordination)
    for patient, kind in ((first, "vaccines"), (first, "dental-exam"), (second, "vaccines")):
        body = {"patient_id": patient["id"], "kind": kind, "reason": f"seen with {patient['id']}"}
        assert (await client.post("/v1/needs", json=body)).status_code == 201
    stay = await a_stay(coordination, first)
    url = f"/v1/patients/{first['id']}/merge"
    preview = await good(await client.get(f"{url}?into={second['id']}"))
    done = await good(await client.post(url, json={"into": second["id"], "reason": "Twice"}, headers=tag(first)))
    assert done["needs"] == preview["needs"]
    assert {move["kind"]: move["how"] for move in done["needs"]} == {"vaccines": "joined", "dental-exam": "moved"}
    assert done["stays"] == [stay["id"]]
    assert done["patient"]["merged_into"] == second["id"]
    theirs = await good(await client.get(f"/v1/needs?patient_id={second['id']}&open=true"))
    assert len(need_of(theirs, "vaccines")["reasons"]) == 2
    assert (await good(await client.get(f"/v1/needs?patient_id={first['id']}&open=true")))["items"] == []
    work = await good(await client.get(f"/v1/worklist?patient_id={second['id']}"))
    assert sorted(item["title"] for item in work["items"]) == ["Dental exam", "Review vaccines"]
    moved = await good(await client.get(f"/v1/stays/{stay['id']}"))
    await discharge(coordination, moved)


async def test_messages_that_name_a_merged_record_reach_the_one_that_goes_on(coordination: Api) -> None:
    first, second = await a_patient(coordination), await a_patient(coordination)
    client = at(coordination)
    merging = {"into": second["id"], "reason": "Twice"}
    await good(await client.post(f"/v1/patients/{first['id']}/merge", json=merging, headers=tag(first)))
    body = {"patient_identifiers": first["identifiers"], "kind": "supplies", "reason": "Strips for 3 days left"}
    need = await good(await client.post("/v1/needs", json=body))
    assert need["patient_id"] == second["id"]
    admitted = await client.post("/v1/stays", json={"patient_id": first["id"], "started_at": DISCHARGED.isoformat()})
    assert problem(admitted) == (409, "patient.merged")
    both = {**body, "patient_identifiers": [*first["identifiers"], *(await a_patient(coordination))["identifiers"]]}
    assert problem(await client.post("/v1/needs", json=both)) == (409, "patient.identifiers-disagree")


async def test_a_record_merged_twice_over_stands_for_the_one_at_the_end(coordination: Api) -> None:
    first, second, third = [await a_patient(coordination) for _ in range(3)]
    client = at(coordination)
    for ending, staying in ((first, second), (second, third)):
        ending = await good(await client.get(f"/v1/patients/{ending['id']}"))
        merging = {"into": staying["id"], "reason": "Twice"}
        await good(await client.post(f"/v1/patients/{ending['id']}/merge", json=merging, headers=tag(ending)))
    assert (await good(await client.get(f"/v1/patients/{first['id']}")))["merged_into"] == third["id"]
    named = ({"patient_id": first["id"]}, {"patient_identifiers": first["identifiers"] + third["identifiers"]})
    for who in named:
        need = await good(await client.post("/v1/needs", json={**who, "kind": "supplies", "reason": "Strips"}))
        assert need["patient_id"] == third["id"]


async def test_a_merge_keeps_the_need_somebody_works_on_and_takes_its_referral_along(coordination: Api) -> None:
    first, second = await a_patient(coordination), await a_patient(coordination)
    client = at(coordination)
    needs = {}
    for patient in (first, second):
        body = {"patient_id": patient["id"], "kind": "cardiology-referral", "reason": f"seen with {patient['id']}"}
        needs[patient["id"]] = await good(await client.post("/v1/needs", json=body))
    specialist = await a_specialist(coordination)
    ordering = {"specialist_id": specialist["id"], "clinical_question": "Reduced LVEF: device?"}
    url = f"/v1/needs/{needs[first['id']]['id']}/referrals"
    referral = await good(await client.post(url, json=ordering))
    merging = {"into": second["id"], "reason": "Twice"}
    await good(await client.post(f"/v1/patients/{first['id']}/merge", json=merging, headers=tag(first)))
    open_now = await good(await client.get(f"/v1/needs?patient_id={second['id']}&open=true"))
    assert need_of(open_now, "cardiology-referral")["id"] == needs[first["id"]]["id"]
    moved = await good(await client.get(f"/v1/referrals?patient_id={second['id']}"))
    assert [(item["id"], item["need_id"]) for item in moved["items"]] == [(referral["id"], needs[first["id"]]["id"])]
    work = await good(await client.get(f"/v1/worklist?patient_id={first['id']}"))
    assert work["items"] == []
