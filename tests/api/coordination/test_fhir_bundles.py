"""Batch and transaction Bundles: order, all or nothing, each for itself."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.fhir.bundle import MAX_ENTRIES, MAX_READS
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_fhir import (
    a_bundle,
    a_condition,
    a_hospital_stay,
    a_patient,
    an_encounter,
    batch_from,
    entry,
    entry_codes,
    refusal,
    statuses,
)

NOW = "2026-09-04T20:00:00Z"
R4 = "/fhir/R4"
TYPES = ("Patient", "Encounter", "Condition", "Practitioner", "Organization")
ROSA, VISIT = "urn:uuid:11111111-0000-4000-8000-000000000001", "urn:uuid:11111111-0000-4000-8000-000000000002"

READ = {"request": {"method": "GET", "url": "Patient"}}


def ehr(api: Api, **changes: Any) -> httpx.AsyncClient:
    return api.as_(Role.INTEGRATION, now=NOW, **changes)


async def count(client: httpx.AsyncClient, name: str) -> int:
    return len((await client.get(f"{R4}/{name}?_count=200")).json().get("entry", []))


@pytest.mark.parametrize("kind", ["batch", "transaction"])
async def test_entries_may_refer_forwards(coordination: Api, kind: str) -> None:
    client = ehr(coordination)
    sent = a_bundle(
        kind,
        entry(a_condition(ROSA, encounter={"reference": VISIT})),
        entry(an_encounter(ROSA), VISIT),
        entry(a_patient(), ROSA),
    )
    answer = await client.post(R4, json=sent)
    assert statuses(answer) == ["201", "201", "201"]
    assert answer.json()["type"] == f"{kind}-response"
    locations = [one["response"]["location"] for one in answer.json()["entry"]]
    condition = (await client.get(f"{R4}/{locations[0].partition('/_history')[0]}")).json()
    assert condition["subject"]["reference"] == locations[2]
    assert condition["encounter"]["reference"] == locations[1]


async def test_one_bad_entry_costs_a_batch_only_itself_and_what_hangs_on_it(coordination: Api) -> None:
    client = ehr(coordination)
    sent = a_bundle(
        "batch",
        entry(a_patient(gender="femal"), ROSA),
        entry(an_encounter(ROSA), VISIT),
        entry(a_patient()),
        {"fullUrl": "urn:uuid:x", "resource": a_patient()},
        entry({"resourceType": "Claim"}),
        {"request": {"method": "DELETE", "url": "Patient/1"}},
        "no entry at all",  # type: ignore[arg-type]
    )
    answer = await client.post(R4, json=sent)
    assert statuses(answer) == ["422", "422", "201", "400", "404", "405", "400"]
    assert [entry_codes(answer, index)[:1] for index in (0, 1, 3, 4, 5)] == [
        ["code.unknown"],
        ["reference.target-refused"],
        ["bundle.entry-invalid"],
        ["resource-type.not-taken"],
        ["method.not-offered"],
    ]
    said = answer.json()["entry"][0]["response"]["outcome"]["issue"][0]
    assert said["expression"] == ["Bundle.entry[0].resource.gender"]
    assert await count(client, "Patient") == 1


async def test_a_stay_that_is_refused_halfway_leaves_nothing_in_a_batch(coordination: Api) -> None:
    client = ehr(coordination)
    backwards = a_hospital_stay(ROSA, "2026-09-04T15:20:00-04:00", "2026-08-30T11:40:00-04:00")
    answer = await client.post(R4, json=a_bundle("batch", entry(a_patient(), ROSA), entry(backwards)))
    assert statuses(answer) == ["201", "422"]
    assert entry_codes(answer, 1) == ["stay.discharge-before-admission"]
    assert await count(client, "Encounter") == 0


async def test_a_transaction_stores_all_or_nothing(coordination: Api) -> None:
    client = ehr(coordination)
    sent = a_bundle("transaction", entry(a_patient(), ROSA), entry(an_encounter(ROSA, status="asleep")))
    answer = await client.post(R4, json=sent)
    assert refusal(answer) == (422, ["code.unknown"])
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource.status"]
    assert await count(client, "Patient") == 0


async def test_a_transaction_names_every_entry_of_a_wrong_shape(coordination: Api) -> None:
    sent = a_bundle("transaction", entry(a_patient(gender=7)), entry(a_patient()), entry(a_patient(birthDate="soon")))
    answer = await ehr(coordination).post(R4, json=sent)
    assert [one["expression"] for one in answer.json()["issue"]] == [
        ["Bundle.entry[0].resource.gender"],
        ["Bundle.entry[2].resource.birthDate"],
    ]


async def test_conditional_references_find_what_is_stored(coordination: Api) -> None:
    client = ehr(coordination)
    known = a_patient()
    await client.post(f"{R4}/Patient", json=known)
    mrn = known["identifier"][0]
    by_search = f"Patient?identifier={mrn['system']}|{mrn['value']}"
    logical = {"subject": {"type": "Patient", "identifier": mrn}}
    sent = a_bundle(
        "batch",
        entry(an_encounter(by_search)),
        entry(an_encounter("", **logical)),
        entry(an_encounter("Patient?identifier=urn:nobody|1")),
        entry(an_encounter("urn:uuid:not-in-this-bundle")),
    )
    answer = await client.post(R4, json=sent)
    assert statuses(answer) == ["201", "201", "422", "422"]
    assert entry_codes(answer, 2) == entry_codes(answer, 3) == ["reference.unknown"]


async def test_what_is_not_needed_and_leads_nowhere_is_left_out_and_said(coordination: Api) -> None:
    unknown = {"serviceProvider": {"reference": "Organization?identifier=urn:x|none"}}
    sent = a_bundle("batch", entry(a_patient(), ROSA), entry(an_encounter(ROSA, **unknown)))
    answer = await ehr(coordination).post(R4, json=sent)
    assert statuses(answer) == ["201", "201"]
    assert entry_codes(answer, 1) == ["reference.left-out"]


async def test_if_none_exist_holds_within_one_bundle_too(coordination: Api) -> None:
    client = ehr(coordination)
    once = a_patient()
    named = f"identifier={once['identifier'][0]['system']}|{once['identifier'][0]['value']}"
    sent = a_bundle("batch", entry(once, if_none_exist=named), entry(once, if_none_exist=named))
    answer = await client.post(R4, json=sent)
    assert statuses(answer) == ["201", "200"]
    assert statuses(await client.post(R4, json=sent)) == ["200", "200"]
    assert await count(client, "Patient") == 1


async def test_an_unnamed_resource_is_known_by_its_full_url(coordination: Api) -> None:
    client = ehr(coordination)
    known = f"identifier=urn:ietf:rfc:3986|{VISIT}"
    sent = a_bundle("batch", entry(a_patient(), ROSA), entry(an_encounter(ROSA), VISIT, if_none_exist=known))
    assert statuses(await client.post(R4, json=sent)) == ["201", "201"]
    again = a_bundle("batch", entry(an_encounter("Patient/none"), VISIT, if_none_exist=known))
    assert statuses(await client.post(R4, json=again)) == ["200"]


async def test_entries_need_their_own_permission(coordination: Api) -> None:
    narrow = ehr(coordination, scope="system/Bundle.c system/Patient.c")
    answer = await narrow.post(R4, json=a_bundle("batch", entry(a_patient(), ROSA), entry(an_encounter(ROSA))))
    assert statuses(answer) == ["201", "403"]
    conditional = entry(a_patient(), if_none_exist="identifier=urn:x|1")
    assert statuses(await narrow.post(R4, json=a_bundle("batch", conditional))) == ["403"]


async def test_a_batch_may_ask_too(coordination: Api) -> None:
    client = ehr(coordination)
    ask = {"request": {"method": "GET", "url": "Patient?family=Sample"}}
    missing = {"request": {"method": "GET", "url": "Patient/00000000-0000-4000-8000-000000000000"}}
    answer = await client.post(R4, json=a_bundle("batch", ask, missing, entry(a_patient())))
    assert statuses(answer) == ["200", "404", "201"]
    assert answer.json()["entry"][0]["resource"]["type"] == "searchset"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"resourceType": "Bundle", "type": "collection"}, 400, "bundle.invalid"),
        ({"resourceType": "Bundle", "type": "batch", "entry": []}, 400, "bundle.invalid"),
        ({"resourceType": "Bundle", "type": "batch", "entry": {}}, 400, "bundle.invalid"),
        ({"resourceType": "Patient"}, 400, "bundle.invalid"),
        (a_bundle("batch", *({} for _ in range(MAX_ENTRIES + 1))), 413, "bundle.too-large"),
        (a_bundle("batch", *(READ for _ in range(MAX_READS + 1))), 413, "bundle.too-large"),
        (a_bundle("batch", {"fullUrl": ROSA}, {"fullUrl": ROSA}), 400, "bundle.invalid"),
        (a_bundle("batch") | {"implicitRules": "http://x"}, 400, "bundle.invalid"),
    ],
)
async def test_a_bundle_that_cannot_be_taken(coordination: Api, body: Any, status: int, code: str) -> None:
    assert refusal(await ehr(coordination).post(R4, json=body)) == (status, [code])


async def test_a_repeated_key_answers_the_same_and_stores_once(coordination: Api) -> None:
    client = ehr(coordination)
    sent = json.dumps(a_bundle("batch", entry(a_patient(), ROSA))).encode()
    first = await client.post(R4, content=sent, headers={"Idempotency-Key": "b-1"})
    again = await client.post(R4, content=sent, headers={"Idempotency-Key": "b-1"})
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert await count(client, "Patient") == 1


async def test_synthea_patients_go_in_whole_and_a_second_time_change_nothing(
    coordination: Api, real_data: Path
) -> None:
    client = ehr(coordination, subject="importer")
    files = sorted((real_data / "synthea_r4_2019").glob("[A-Z]*.json.gz"))[::69]
    assert len(files) >= 3
    stored: Counter[str] = Counter()
    for path in files:
        sent = batch_from(path, TYPES)
        types = [one["resource"]["resourceType"] for one in sent["entry"]]
        before = {name: await count(client, name) for name in TYPES}
        answer = await client.post(R4, json=sent)
        first = statuses(answer)
        new = Counter(name for name, status in zip(types, first, strict=True) if status == "201")
        assert {name: await count(client, name) - before[name] for name in TYPES} == {n: new[n] for n in TYPES}
        again = statuses(await client.post(R4, json=sent))
        refused = [(name, entry_codes(answer, n)) for n, name in enumerate(types) if first[n] not in ("201", "200")]
        assert refused == []
        assert set(again) == {"200"}
        stored.update(new)
    assert all(stored[name] > 0 for name in TYPES)
