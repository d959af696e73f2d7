"""The directory through FHIR: one transaction from nothing to a candidate; updates; each refusal its code."""

from typing import Any

import httpx
import pytest

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_directory import FRIDAY, a_coordinator, a_need, a_specialist, refer, slots_for, taken
from tests.support.makers_fhir import Json, codes, entry_codes, refusal, statuses
from tests.support.makers_fhir_directory import (
    CALLED,
    HEART,
    NPI,
    NUCC,
    ROLE,
    a_calendar,
    a_directory,
    a_location,
    a_role,
    a_slot,
    ours,
)

R4 = "/fhir/R4"


def ehr(api: Api) -> httpx.AsyncClient:
    return api.as_(Role.INTEGRATION, now=FRIDAY)


async def sent(api: Api, bundle: Json) -> dict[str, str]:
    """Ids by resource type after a Bundle whose every entry was taken."""
    answer = await ehr(api).post(R4, json=bundle)
    assert set(statuses(answer)) <= {"200", "201"}, answer.text
    places = [one["response"]["location"].split("/") for one in answer.json()["entry"]]
    return {place[0]: place[1] for place in places}


async def read(api: Api, name: str, resource_id: str) -> Json:
    return taken(await ehr(api).get(f"{R4}/{name}/{resource_id}"))


async def put(api: Api, resource: Json, *, version: str | None = None) -> httpx.Response:
    tag = version or resource["meta"]["versionId"]
    address = f"{R4}/{resource['resourceType']}/{resource['id']}"
    return await ehr(api).put(address, json=resource, headers={"If-Match": f'W/"{tag}"'})


async def test_one_transaction_leads_to_a_candidate_with_its_explanation(coordination: Api) -> None:
    ids = await sent(coordination, a_directory())
    need = await a_need(coordination)
    found = taken(await a_coordinator(coordination).get(f"/v1/needs/{need}/candidates"))
    candidate = found["candidates"][0]
    assert (candidate["specialist_id"], candidate["name"]) == (ids["PractitionerRole"], "Ruth Example")
    assert candidate["eligible"], candidate["reasons"]
    reasons = {reason["code"]: reason for reason in candidate["reasons"]}
    assert reasons["coverage"]["passed"] is True, reasons
    assert all(reason["passed"] is not False and reason["text"] for reason in candidate["reasons"])
    assert (candidate["patient_cost"], candidate["capacity"]) == ("40.00", 4)
    assert candidate["earliest"]["slot_id"] == ids["Slot"]
    assert candidate["earliest"]["site_id"] == ids["Location"]
    native = taken(await a_coordinator(coordination).get(f"/v1/specialists/{candidate['specialist_id']}"))
    assert (native["organization_name"], native["languages"]) == ("Riverside Heart Clinic", ["en", "es"])
    referral = taken(await refer(coordination, need, {"id": native["id"]}, slot=ids["Slot"]), 201)
    assert referral["specialist_id"] == ids["PractitionerRole"]
    assert (await read(coordination, "Slot", ids["Slot"]))["status"] == "busy-tentative"


@pytest.mark.parametrize("kind", ["batch", "transaction"])
async def test_a_second_import_changes_nothing(coordination: Api, kind: str) -> None:
    first = await sent(coordination, a_directory(kind))
    before = {name: await read(coordination, name, one) for name, one in first.items()}
    answer = await ehr(coordination).post(R4, json=a_directory(kind))
    assert set(statuses(answer)) == {"200"}
    assert await sent(coordination, a_directory(kind)) == first
    assert {name: await read(coordination, name, one) for name, one in first.items()} == before
    assert len(taken(await a_coordinator(coordination).get("/v1/specialists"))["items"]) == 2
    # Nor does putting back what was read.
    for name in ("Location", "PractitionerRole", "HealthcareService", "Schedule", "Slot"):
        answer = await put(coordination, before[name])
        assert answer.status_code == 200, answer.text
        assert answer.headers["ETag"] == f'W/"{before[name]["meta"]["versionId"]}"'
    assert {name: await read(coordination, name, one) for name, one in first.items()} == before


async def test_a_site_that_moves_moves_for_everybody_who_is_seen_there(coordination: Api) -> None:
    ids = await sent(coordination, a_directory())
    site = await read(coordination, "Location", ids["Location"])
    site["address"] = {"text": "9 High Street, Springfield"}
    site["position"] = {"latitude": 41, "longitude": -74}
    answer = await put(coordination, site)
    assert (answer.status_code, answer.headers["ETag"]) == (200, 'W/"2"')
    for name in ("PractitionerRole", "HealthcareService"):
        native = taken(await a_coordinator(coordination).get(f"/v1/specialists/{ids[name]}"))
        assert (native["sites"][0]["address"], native["sites"][0]["latitude"]) == (
            "9 High Street, Springfield",
            "41.000000",
        )


async def test_an_update_needs_the_version_it_is_based_on(coordination: Api) -> None:
    ids = await sent(coordination, a_directory())
    role = await read(coordination, "PractitionerRole", ids["PractitionerRole"])
    changed = {**role, "telecom": [{"system": "phone", "value": "+1 555 020 0111"}]}
    assert (await put(coordination, changed)).status_code == 200
    assert refusal(await put(coordination, {**changed, "active": False})) == (412, ["version.stale"])
    address = f"{R4}/PractitionerRole/{role['id']}"
    assert refusal(await ehr(coordination).put(address, json=changed)) == (428, ["version.missing"])
    other = {**changed, "id": ids["HealthcareService"]}
    told = {"If-Match": 'W/"2"'}
    assert refusal(await ehr(coordination).put(address, json=other, headers=told)) == (400, ["bundle.entry-invalid"])
    missing = {**role, "id": ids["HealthcareService"]}
    assert refusal(await put(coordination, missing)) == (404, ["not-found"])
    native = taken(await a_coordinator(coordination).get(f"/v1/specialists/{role['id']}"))
    assert (native["telephone"], native["version"]) == ("+1 555 020 0111", 2)


async def test_updates_in_a_transaction_are_all_or_nothing(coordination: Api) -> None:
    ids = await sent(coordination, a_directory())
    role = await read(coordination, "PractitionerRole", ids["PractitionerRole"])
    site = await read(coordination, "Location", ids["Location"])

    def entry(resource: Json, version: int) -> Json:
        url = f"{resource['resourceType']}/{resource['id']}"
        return {"resource": resource, "request": {"method": "PUT", "url": url, "ifMatch": f'W/"{version}"'}}

    moved, left = {**site, "name": "High Street"}, {**role, "active": False}
    told = {"resourceType": "Bundle", "type": "transaction", "entry": [entry(left, 7), entry(moved, 1)]}
    answer = await ehr(coordination).post(R4, json=told)
    assert refusal(answer) == (412, ["version.stale"])
    assert (await read(coordination, "Location", site["id"]))["name"] == "Main Street"
    told["entry"] = [entry(moved, 1)]
    assert statuses(await ehr(coordination).post(R4, json=told)) == ["200"]
    # The site's change was one of the role's too.
    told["entry"] = [entry(left, 2)]
    assert statuses(await ehr(coordination).post(R4, json=told)) == ["200"]
    assert taken(await a_coordinator(coordination).get(f"/v1/specialists/{role['id']}"))["retired"] is True


BAD: list[tuple[str, Json, str]] = [
    ("role", {"specialty": [{"coding": [{"system": NUCC, "code": "000X"}]}]}, "code.unknown"),
    ("role", {"specialty": [{"coding": [{"system": "http://snomed.info/sct", "code": "394579002"}]}]}, "code.unknown"),
    ("role", {"specialty": [{"text": "Heart"}]}, "element.missing"),
    ("role", {"practitioner": {"reference": "Practitioner/nobody"}}, "reference.unknown"),
    ("role", {"organization": {}}, "element.missing"),
    ("role", {"location": [{"reference": "Location?identifier=x|y"}]}, "reference.unknown"),
    ("role", {"extension": [ours("modalities", valueCode="video")]}, "element.not-taken"),
    ("role", {"extension": [ours("modality", valueCode="by-letter")]}, "code.unknown"),
    ("role", {"extension": [ours("coverage", extension=[{"url": "plan", "valueString": "Gold"}])]}, "element.missing"),
    ("role", {"extension": [ours("price", extension=[{"url": "payer", "valueString": "A"}])]}, "element.missing"),
    ("role", {"identifier": [{"system": NPI, "value": "12"}]}, "element.invalid"),
    ("service", {"name": None, "specialty": HEART}, "element.missing"),
    ("service", {"location": None}, "element.missing"),
    ("location", {"address": {"country": "US"}}, "element.missing"),
    ("location", {"position": {"latitude": 91, "longitude": 0}}, "element.invalid"),
    ("location", {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "Mars/X"}]},
     "element.not-taken"),
    ("calendar", {"actor": [{"reference": ROLE}, {"reference": ROLE}]}, "element.missing"),
    ("calendar", {"actor": [{"reference": "Device/1"}]}, "element.missing"),
    ("slot", {"end": "2026-09-08T08:30:00-04:00"}, "period.backwards"),
    ("slot", {"end": "2026-09-10T08:30:00-04:00"}, "element.invalid"),
    ("slot", {"start": "2026-09-01T08:30:00-04:00", "end": "2026-09-01T09:30:00-04:00"}, "slot.in-the-past"),
    ("slot", {"status": "entered-in-error"}, "code.unknown"),
    ("slot", {"schedule": {"display": "somebody's"}}, "element.missing"),
    ("slot", {"schedule": {"reference": "Schedule/none"}}, "reference.unknown"),
    ("slot", {"extension": [ours("modality", valueCode="home")]}, "slot.modality-not-offered"),
]  # fmt: skip
ORDER = ("slot", "calendar", "service", "role", "location", "practitioner", "organization")


@pytest.mark.parametrize(("which", "changes", "code"), BAD)
async def test_bad_input_is_refused_with_its_code_and_nothing_is_stored(
    coordination: Api, which: str, changes: Json, code: str
) -> None:
    whole: dict[str, Any] = {which: changes}
    bundle = a_directory(**whole)
    for one in bundle["entry"]:
        one["resource"] = {name: value for name, value in one["resource"].items() if value is not None}
        one["request"].pop("ifNoneExist")
    status, found = refusal(await ehr(coordination).post(R4, json=bundle))
    assert 400 <= status < 500
    assert found[0] == code
    assert taken(await a_coordinator(coordination).get("/v1/specialists"))["items"] == []
    # In a batch it costs itself and what hangs on it.
    bundle["type"] = "batch"
    answer = await ehr(coordination).post(R4, json=bundle)
    assert entry_codes(answer, ORDER.index(which))[0] == code
    assert statuses(answer)[-1] == "201"


async def test_a_slot_is_moved_given_away_and_never_taken_from_a_referral(coordination: Api) -> None:
    ids = await sent(coordination, a_directory())
    slot = await read(coordination, "Slot", ids["Slot"])
    later = {**slot, "start": "2026-09-08T10:00:00-04:00", "end": "2026-09-08T10:30:00-04:00"}
    assert taken(await put(coordination, later))["start"] == "2026-09-08T14:00:00Z"
    away = {**later, "status": "busy-unavailable"}
    assert taken(await put(coordination, away, version="2"))["status"] == "busy-unavailable"
    need = await a_need(coordination)
    specialist = {"id": ids["PractitionerRole"]}
    assert (await refer(coordination, need, specialist, slot=slot["id"])).status_code == 409
    assert taken(await put(coordination, later, version="3"))["status"] == "free"
    taken(await refer(coordination, need, specialist, slot=slot["id"]), 201)
    held = await read(coordination, "Slot", slot["id"])
    assert refusal(await put(coordination, {**later, "meta": held["meta"]})) == (409, ["slot.taken"])


async def test_two_slots_at_one_time_are_two_places_and_identifiers_name_one(coordination: Api) -> None:
    ids = await sent(coordination, a_directory())
    calendar = {"reference": f"Schedule/{ids['Schedule']}"}
    twin = a_slot(schedule=calendar, identifier=[{"system": CALLED, "value": "twin"}])
    assert (await ehr(coordination).post(f"{R4}/Slot", json=twin)).status_code == 201
    assert refusal(await ehr(coordination).post(f"{R4}/Slot", json=twin)) == (409, ["identifier.taken"])
    found = taken(await ehr(coordination).get(f"{R4}/Slot?schedule={ids['Schedule']}&status=free"))
    assert len(found["entry"]) == 2
    native = taken(await a_coordinator(coordination).get(f"/v1/specialists/{ids['PractitionerRole']}/slots"))
    assert sorted(one["place"] for one in native["items"]) == [1, 2]


async def test_what_is_told_natively_reads_under_fhir_and_is_found(coordination: Api) -> None:
    told = {"npi": "1234567893", "gender": "male", "networks": ["Tier one"], "languages": ["en", "es-MX"]}
    native = await a_specialist(coordination, **told)
    await slots_for(coordination, native, 4)
    (hit,) = taken(await ehr(coordination).get(f"{R4}/PractitionerRole?identifier={NPI}|1234567893"))["entry"]
    role = hit["resource"]
    assert (role["id"], role["practitioner"]["display"]) == (native["id"], "Dr. Ruth Example")
    (site,) = native["sites"]
    assert role["location"] == [{"reference": f"Location/{site['id']}"}]
    assert (await read(coordination, "Location", site["id"]))["name"] == "Main Street"
    (slot,) = taken(await ehr(coordination).get(f"{R4}/Slot?start=ge2026-09-05"))["entry"]
    calendar = await read(coordination, "Schedule", slot["resource"]["schedule"]["reference"].split("/")[1])
    assert calendar["actor"][0]["reference"] == f"PractitionerRole/{native['id']}"
    # Read, changed in one place, sent back: nothing else changes.
    role["telecom"] = [{"system": "phone", "value": "+1 555 020 0112"}]
    assert (await put(coordination, role)).status_code == 200
    after = taken(await a_coordinator(coordination).get(f"/v1/specialists/{native['id']}"))
    volatile = {"version", "updated_at", "telephone", "next_slots"}
    assert {name: after[name] for name in after.keys() - volatile} == {
        name: native[name] for name in native.keys() - volatile
    }
    assert after["telephone"] == "+1 555 020 0112"


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("PractitionerRole?specialty=http://nucc.org/provider-taxonomy|207RC0000X", 1),
        ("PractitionerRole?specialty=291U00000X", 0),
        ("PractitionerRole?specialty=000X", 0),
        ("PractitionerRole?active=true", 1),
        ("PractitionerRole?active=false", 0),
        (f"PractitionerRole?identifier={CALLED}|role", 1),
        (f"PractitionerRole?identifier={CALLED}|service", 0),
        ("HealthcareService?name=blood", 1),
        ("Location?name=main", 1),
        (f"Schedule?identifier={CALLED}|calendar", 1),
        ("Slot?start=2026-09-08", 1),
        ("Slot?start=2026-09-09", 0),
        ("Slot?status=busy", 0),
    ],
)
async def test_searches(coordination: Api, query: str, hits: int) -> None:
    await sent(coordination, a_directory())
    found = taken(await ehr(coordination).get(f"{R4}/{query}"))
    assert len(found.get("entry", [])) == hits
    refused = await ehr(coordination).get(f"{R4}/{query.split('?')[0]}?colour=red")
    assert codes(refused.json()) == ["search.not-understood"]


async def test_by_reference_and_in_pages(coordination: Api) -> None:
    ids = await sent(coordination, a_directory())
    for name, query in (
        ("PractitionerRole", f"practitioner={ids['Practitioner']}&location=Location/{ids['Location']}"),
        ("HealthcareService", f"organization=Organization/{ids['Organization']}"),
        ("Schedule", f"actor=PractitionerRole/{ids['PractitionerRole']}"),
        ("Schedule", f"actor=Location/{ids['Location']}"),
    ):
        (hit,) = taken(await ehr(coordination).get(f"{R4}/{name}?{query}"))["entry"]
        assert hit["resource"]["id"] == ids[name]
    places = {f"site-{number}" for number in range(5)}
    for value in places:
        site = a_location(identifier=[{"system": CALLED, "value": value}])
        assert (await ehr(coordination).post(f"{R4}/Location", json=site)).status_code == 201
    seen, address = [], f"{R4}/Location?_count=4"
    while address:
        page = taken(await ehr(coordination).get(address))
        seen += [one["resource"]["id"] for one in page["entry"]]
        address = next((one["url"] for one in page["link"] if one["relation"] == "next"), "")
    assert len(seen) == len(set(seen)) == 6


async def test_a_conditional_create_names_one_and_a_wrong_kind_is_none(coordination: Api) -> None:
    ids = await sent(coordination, a_directory())
    client = ehr(coordination)
    once = {"If-None-Exist": f"identifier={CALLED}|calendar"}
    again = await client.post(f"{R4}/Schedule", json=a_calendar(), headers=once)
    assert (again.status_code, again.headers["Location"].rpartition("/")[2]) == (200, ids["Schedule"])
    several = {"If-None-Exist": "active=true"}
    role = a_role(
        practitioner={"display": "B"},
        organization={"display": "C"},
        location=[{"reference": f"Location/{ids['Location']}"}],
    )
    role["identifier"][0] = {"system": CALLED, "value": "second"}
    assert (await client.post(f"{R4}/PractitionerRole", json=role)).status_code == 201
    assert refusal(await client.post(f"{R4}/PractitionerRole", json=role, headers=several)) == (
        412, ["condition.several-matches"],
    )  # fmt: skip
    assert refusal(await client.get(f"{R4}/HealthcareService/{ids['PractitionerRole']}")) == (404, ["not-found"])


async def test_who_may_only_read_cannot_write_one_either(coordination: Api) -> None:
    await sent(coordination, a_directory())
    client = coordination.as_(Role.PHARMACIST, now=FRIDAY)
    assert (await client.get(f"{R4}/Location")).status_code == 200
    assert refusal(await client.post(f"{R4}/Location", json=a_location())) == (403, ["not-allowed"])


async def test_the_statement_says_what_can_be_updated(coordination: Api) -> None:
    told = (await coordination.anonymous().get(f"{R4}/metadata")).json()
    by_type = {one["type"]: one for one in told["rest"][0]["resource"]}
    for name in ("Location", "PractitionerRole", "HealthcareService", "Schedule", "Slot"):
        assert {one["code"] for one in by_type[name]["interaction"]} == {"create", "update", "read", "search-type"}
        assert by_type[name]["versioning"] == "versioned-update"
    assert "update" not in {one["code"] for one in by_type["Patient"]["interaction"]}
