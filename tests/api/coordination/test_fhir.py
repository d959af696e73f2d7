"""FHIR R4 at coordination's door: create, read, search, and refusals that say where and why."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_fhir import (
    a_condition,
    a_hospital_stay,
    a_patient,
    an_encounter,
    refusal,
)

NOW = "2026-09-04T20:00:00Z"
R4 = "/fhir/R4"


def ehr(api: Api, **changes: Any) -> httpx.AsyncClient:
    return api.as_(Role.INTEGRATION, now=NOW, **changes)


async def created(client: httpx.AsyncClient, resource: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = await client.post(f"{R4}/{resource['resourceType']}", json=resource, headers=headers)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def known_patient(client: httpx.AsyncClient, **changes: Any) -> str:
    body = a_patient(**changes)
    answer = await client.post(f"{R4}/Patient", json=body, headers={"Prefer": "return=minimal"})
    assert answer.status_code == 201, answer.text
    return "Patient/" + answer.headers["location"].split("/Patient/")[1]


async def test_a_created_patient_is_read_with_its_etag(coordination: Api) -> None:
    client = ehr(coordination)
    person = await known_patient(client, birthDate="1952-03-03")
    answer = await client.get(f"{R4}/{person}")
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.json()["birthDate"] == "1952-03-03"
    native = await client.get(f"/v1/patients/{person.removeprefix('Patient/')}")
    assert native.status_code in (200, 403)


async def test_what_was_assumed_is_said_unless_the_resource_is_wanted(coordination: Api) -> None:
    client = ehr(coordination)
    said = await client.post(f"{R4}/Patient", json=a_patient())
    assert said.status_code == 201
    assert said.json()["issue"][0]["severity"] == "information"
    assert said.json()["issue"][0]["details"]["coding"][0]["code"] == "time-zone.assumed"
    wanted = await client.post(f"{R4}/Patient", json=a_patient(), headers={"Prefer": "return=representation"})
    assert wanted.json()["resourceType"] == "Patient"


async def test_if_none_exist_creates_once(coordination: Api) -> None:
    client = ehr(coordination)
    body = a_patient()
    named = f"identifier={body['identifier'][0]['system']}|{body['identifier'][0]['value']}"
    first = await client.post(f"{R4}/Patient", json=body, headers={"If-None-Exist": named})
    again = await client.post(f"{R4}/Patient", json=body, headers={"If-None-Exist": named})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["location"] == again.headers["location"]
    assert refusal(await client.post(f"{R4}/Patient", json=body)) == (409, ["patient.identifier-taken"])


async def test_of_conditional_creates_at_the_same_moment_one_creates_and_the_others_find(coordination: Api) -> None:
    client = ehr(coordination)
    body = a_patient()
    named = f"identifier={body['identifier'][0]['system']}|{body['identifier'][0]['value']}"
    answers = await asyncio.gather(
        *(client.post(f"{R4}/Patient", json=body, headers={"If-None-Exist": named}) for _ in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.headers["location"] for answer in answers}) == 1


async def test_a_condition_that_fits_several_or_everything_is_refused(coordination: Api) -> None:
    client = ehr(coordination)
    for _ in range(2):
        await known_patient(client)
    many = await client.post(f"{R4}/Patient", json=a_patient(), headers={"If-None-Exist": "family=Sample"})
    assert refusal(many) == (412, ["condition.several-matches"])
    everything = await client.post(f"{R4}/Patient", json=a_patient(), headers={"If-None-Exist": "_count=1"})
    assert refusal(everything) == (400, ["bundle.entry-invalid"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("family=samp", True),
        ("family:exact=samp", False),
        ("name=ros", True),
        ("name:contains=OSA", True),
        ("given=Rosa&birthdate=1968", True),
        ("birthdate=gt1968-05-14", False),
        ("birthdate=ge1968-05-14&birthdate=lt1968-06", True),
        ("gender=male,female", True),
        ("gender=male", False),
        ("_lastUpdated=ge2026-09-04", True),
        ("_lastUpdated=lt2026-09-04", False),
        ("family=%25", False),
    ],
)
async def test_patients_are_found_by_what_they_are_searched_for(coordination: Api, query: str, found: bool) -> None:
    client = ehr(coordination)
    person = await known_patient(client)
    answer = await client.get(f"{R4}/Patient?{query}")
    assert answer.status_code == 200, answer.text
    assert [f"Patient/{one['resource']['id']}" for one in answer.json().get("entry", [])] == ([person] if found else [])


async def test_pages_follow_their_next_link_to_the_end(coordination: Api) -> None:
    client = ehr(coordination)
    people = {await known_patient(client) for _ in range(5)}
    seen: list[str] = []
    url: str | None = f"{R4}/Patient?family=Sample&_count=2"
    while url is not None:
        page = (await client.get(url)).json()
        assert page["type"] == "searchset"
        seen += [f"Patient/{one['resource']['id']}" for one in page["entry"]]
        assert all(one["fullUrl"].endswith(one["resource"]["id"]) for one in page["entry"])
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
    assert len(seen) == 5
    assert set(seen) == people


async def test_an_unknown_parameter_is_refused_or_left_out_and_said(coordination: Api) -> None:
    client = ehr(coordination)
    await known_patient(client)
    assert refusal(await client.get(f"{R4}/Patient?colour=red")) == (400, ["search.not-understood"])
    lenient = await client.get(f"{R4}/Patient?colour=red", headers={"Prefer": "handling=lenient"})
    modes = [one["search"]["mode"] for one in lenient.json()["entry"]]
    assert modes == ["match", "outcome"]
    assert "colour" not in lenient.json()["link"][0]["url"]


async def test_another_organizations_patient_reads_like_a_missing_one(coordination: Api) -> None:
    person = await known_patient(ehr(coordination))
    stranger = ehr(coordination, organization="0f0f0f0f-0000-4000-8000-000000000001")
    assert refusal(await stranger.get(f"{R4}/{person}")) == (404, ["not-found"])
    assert refusal(await stranger.get(f"{R4}/Patient/no-uuid")) == (404, ["not-found"])
    link = await stranger.post(f"{R4}/Condition", json=a_condition(person))
    assert refusal(link) == (422, ["reference.unknown"])


@pytest.mark.parametrize(
    ("changes", "code", "expression"),
    [
        ({"modifierExtension": [{"url": "http://x"}]}, "modifier-extension.not-understood", "Patient"),
        ({"gender": "femal"}, "code.unknown", "Patient.gender"),
        ({"birthDate": "1968"}, "element.missing", "Patient.birthDate"),
        ({"birthDate": "2190-01-01"}, "patient.born-in-the-future", "Patient"),
        ({"name": [{"text": "Rosa Sample"}]}, "element.missing", "Patient.name"),
        ({"identifier": [{"value": "7"}]}, "element.missing", "Patient.identifier"),
        ({"deceasedDateTime": "2020-01-01T10:00:00"}, "time.naive", "Patient.deceasedDateTime"),
        ({"deceasedBoolean": True}, "time.not-an-instant", "Patient.deceasedBoolean"),
        ({"active": False}, "element.not-taken", "Patient.active"),
        ({"resourceType": "Person"}, "resource-type.mismatch", "Patient"),
        ({"name": [{"family": "a\x00b", "given": ["c"]}]}, "element.invalid", "Patient.name[0].family"),
        ({"name": [{"family": "\ud800", "given": ["c"]}]}, "element.invalid", "Patient.name[0].family"),
        ({"identifier": [{"system": "urn:x", "value": "7" * 501}]}, "element.invalid", "Patient.identifier"),
    ],
)
async def test_a_broken_patient_is_refused_with_code_and_place(
    coordination: Api, changes: dict[str, Any], code: str, expression: str
) -> None:
    body = json.dumps(a_patient(**changes))
    answer = await ehr(coordination).post(f"{R4}/Patient", content=body)
    assert answer.status_code in (400, 422)
    issue = answer.json()["issue"][0]
    assert issue["details"]["coding"][0]["code"] == code
    assert issue.get("expression", ["Patient"]) == [expression]
    assert issue["details"]["text"].rstrip(".")


@pytest.mark.parametrize("query", ["name=%00", "identifier=%0A", "_id=%00", "name=" + "x" * 2001, "family=a%00%2Cb"])
async def test_a_search_for_what_nobody_can_be_called_is_refused(coordination: Api, query: str) -> None:
    assert refusal(await ehr(coordination).get(f"{R4}/Patient?{query}")) == (400, ["search.not-understood"])


async def test_malformed_json_and_other_media_types_are_refused(coordination: Api) -> None:
    client = ehr(coordination)
    broken = await client.post(f"{R4}/Patient", content=b'{"resourceType": ')
    assert refusal(broken) == (400, ["body.not-json"])
    xml = await client.post(f"{R4}/Patient", content=b"<Patient/>", headers={"content-type": "application/fhir+xml"})
    assert refusal(xml) == (415, ["body.media-type"])


async def test_who_may_not_is_told_in_fhirs_words(coordination: Api) -> None:
    nobody = await coordination.anonymous().get(f"{R4}/Patient")
    assert refusal(nobody) == (401, ["token.invalid"])
    auditor = coordination.as_(Role.AUDITOR)
    assert refusal(await auditor.post(f"{R4}/Patient", json=a_patient())) == (403, ["not-allowed"])


async def test_an_office_visit_is_a_visit_and_a_hospital_stay_a_stay(coordination: Api) -> None:
    client = ehr(coordination)
    person = await known_patient(client)
    visit = await created(client, an_encounter(person))
    stay = await created(client, a_hospital_stay(person, "2026-08-30T11:40:00-04:00", "2026-09-04T15:20:00-04:00"))
    assert visit["class"]["code"] == "AMB"
    assert (stay["class"]["code"], stay["status"]) == ("IMP", "finished")
    assert stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "01"
    nurse = coordination.as_(Role.COORDINATOR, now=NOW)
    native = await nurse.get(f"/v1/stays/{stay['id']}")
    assert native.json()["state"] == "finished"
    assert native.json()["diagnoses"][0]["code"] == "I50.23"


async def needs_of(api: Api, person: str) -> list[str]:
    client = api.as_(Role.COORDINATOR, now=NOW)
    answer = await client.get("/v1/needs", params={"patient_id": person.removeprefix("Patient/"), "limit": 200})
    assert answer.status_code == 200, answer.text
    return [need["kind"] for need in answer.json()["items"]]


async def test_a_recent_discharge_chooses_a_pathway_and_an_old_one_opens_no_work(coordination: Api) -> None:
    client = ehr(coordination)
    now, then = await known_patient(client), await known_patient(client)
    await created(client, a_hospital_stay(now, "2026-08-30T11:40:00-04:00", "2026-09-04T15:20:00-04:00"))
    await created(client, a_hospital_stay(then, "2019-08-30T11:40:00-04:00", "2019-09-04T15:20:00-04:00"))
    assert "cardiology-referral" in await needs_of(coordination, now)
    assert await needs_of(coordination, then) == []


async def test_an_old_discharge_is_recent_as_of_then(coordination: Api) -> None:
    client = ehr(coordination)
    person = await known_patient(client)
    stay = a_hospital_stay(person, "2019-08-30T11:40:00-04:00", "2019-09-04T15:20:00-04:00")
    await created(client, stay, **{"Careweave-As-Of": "2019-09-20T00:00:00Z"})
    assert "cardiology-referral" in await needs_of(coordination, person)
    answer = await client.post(f"{R4}/Encounter", json=stay, headers={"Careweave-As-Of": "2019-09-20T00:00:00"})
    assert refusal(answer) == (400, ["as-of.invalid"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"class": {"code": "PRENC"}}, "code.unknown"),
        ({"status": "unknown"}, "code.unknown"),
        ({"status": "entered-in-error"}, "element.not-taken"),
        ({"period": {"start": "2026-08-20"}}, "time.not-an-instant"),
        ({"period": {"start": "2026-08-20T10:00:00"}}, "time.naive"),
        ({"period": {"end": "2026-08-20T10:00:00Z"}}, "element.missing"),
        ({"period": {"start": "2026-08-20T10:00:00Z", "end": "2026-08-20T09:00:00Z"}}, "visit.ends-before-start"),
        ({"period": {"start": "2031-08-20T10:00:00Z"}}, "visit.in-the-future"),
        ({"status": "planned", "period": {"start": "9999-08-20T10:00:00Z"}}, "time.too-far-ahead"),
        ({"period": {"start": "1931-08-20T10:00:00Z"}}, "visit.before-birth"),
        ({"subject": {"reference": "Patient/00000000-0000-4000-8000-000000000000"}}, "reference.unknown"),
        ({"subject": {"reference": "Practitioner/1"}}, "reference.unknown"),
        ({"subject": {"reference": "#p"}}, "element.not-taken"),
    ],
)
async def test_a_broken_visit_is_refused_with_its_code(coordination: Api, changes: dict[str, Any], code: str) -> None:
    client = ehr(coordination)
    person = await known_patient(client)
    answer = await client.post(f"{R4}/Encounter", json=an_encounter(person, **changes))
    assert refusal(answer)[1] == [code]


async def test_a_discharge_before_the_admission_leaves_no_stay(coordination: Api) -> None:
    client = ehr(coordination)
    person = await known_patient(client)
    stay = a_hospital_stay(person, "2026-09-04T15:20:00-04:00", "2026-08-30T11:40:00-04:00")
    answer = await client.post(f"{R4}/Encounter", json=stay)
    assert refusal(answer) == (422, ["stay.discharge-before-admission"])
    assert "entry" not in (await client.get(f"{R4}/Encounter?patient={person}")).json()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("&class=AMB", 1),
        ("&class=IMP,EMER", 1),
        ("&class=VR", 0),
        ("&status=finished", 2),
        ("&status=planned", 0),
        ("&date=2026-08-20", 1),
        ("&date=ge2026-09-01", 1),
        ("&date=le2026-08-25", 1),
        ("&date=sa2026-08-25", 1),
        ("&date=eb2026-08-21", 1),
        ("&date=lt2026-08-01", 0),
    ],
)
async def test_encounters_are_stays_and_visits_together(coordination: Api, query: str, count: int) -> None:
    client = ehr(coordination)
    person = await known_patient(client)
    await created(client, an_encounter(person))
    await created(client, a_hospital_stay(person, "2026-08-30T11:40:00-04:00", "2026-09-04T15:20:00-04:00"))
    answer = await client.get(f"{R4}/Encounter?patient={person}{query}")
    assert len(answer.json().get("entry", [])) == count


async def test_conditions_are_found_by_patient_code_and_status(coordination: Api) -> None:
    client = ehr(coordination)
    person = await known_patient(client)
    made = await created(client, a_condition(person))
    assert made["onsetDateTime"] == "2019"
    for query, count in (
        ("code=http://snomed.info/sct|44054006", 1),
        ("code=44054006", 1),
        ("code=http://hl7.org/fhir/sid/icd-10-cm|44054006", 0),
        ("clinical-status=active", 1),
        ("clinical-status=resolved", 0),
        ("category=problem-list-item", 1),
    ):
        answer = await client.get(f"{R4}/Condition?patient={person}&{query}")
        assert len(answer.json().get("entry", [])) == count, query


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": {"text": "sugar"}}, "code.unknown"),
        ({"code": {"coding": [{"system": "http://snomed.info/sct", "code": "SUGAR"}]}}, "diagnosis.code-unknown"),
        ({"clinicalStatus": {"coding": [{"code": "sleeping"}]}}, "code.unknown"),
        ({"abatementDateTime": "2020"}, "condition.status-does-not-fit"),
        ({"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}, "condition.status-does-not-fit"),
    ],
)
async def test_a_broken_condition_is_refused_with_its_code(
    coordination: Api, changes: dict[str, Any], code: str
) -> None:
    client = ehr(coordination)
    answer = await client.post(f"{R4}/Condition", json=a_condition(await known_patient(client), **changes))
    assert refusal(answer) == (422, [code])


async def test_practitioners_and_organizations_are_kept_by_name_and_identifier(coordination: Api) -> None:
    client = ehr(coordination)
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}
    doctor = {"resourceType": "Practitioner", "identifier": [npi], "name": [{"family": "Heart", "given": ["Ann"]}]}
    site = {
        "resourceType": "Organization",
        "identifier": [{"system": "urn:x", "value": "1"}],
        "name": "Example General",
    }
    for resource, query in ((doctor, "name=hea"), (doctor, "identifier=1234567893"), (site, "name:contains=general")):
        await client.post(f"{R4}/{resource['resourceType']}", json=resource)
        answer = await client.get(f"{R4}/{resource['resourceType']}?{query}")
        assert len(answer.json()["entry"]) == 1, query
    again = await client.post(f"{R4}/Practitioner", json=doctor)
    assert refusal(again) == (409, ["identifier.taken"])


async def test_the_capability_statement_says_what_the_routes_do(coordination: Api) -> None:
    answer = await coordination.anonymous().get(f"{R4}/metadata")
    statement = answer.json()
    assert answer.headers["content-type"] == "application/fhir+json"
    assert statement["fhirVersion"] == "4.0.1"
    offered = {one["type"]: one for one in statement["rest"][0]["resource"]}
    changed = {"Location", "PractitionerRole", "HealthcareService", "Schedule", "Slot"}
    made = {"Patient", "Encounter", "Condition", "Practitioner", "Organization"} | changed
    changed |= {"ServiceRequest"}
    made |= {"ServiceRequest"}
    assert set(offered) == made | {"Task", "Appointment", "RiskAssessment"}
    client = ehr(coordination)
    values = {"token": "x", "string": "x", "date": "2026", "reference": "x"}
    for name, resource in offered.items():
        read = {"read", "search-type"}
        acts = read | ({"create"} if name in made else set()) | ({"update"} if name in changed else set())
        assert {one["code"] for one in resource["interaction"]} == acts
        for parameter in resource["searchParam"]:
            query = {parameter["name"]: "female" if parameter["name"] == "gender" else values[parameter["type"]]}
            assert (await client.get(f"{R4}/{name}", params=query)).status_code == 200, (name, query)
