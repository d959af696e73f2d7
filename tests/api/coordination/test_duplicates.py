"""Duplicates: told of at registration, listed once, left out when told apart or merged."""

from uuid import uuid4

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import DISCHARGED, Json, a_patient, a_person, at, good, tag

ROSA: Json = {"family": "Peña", "given": "Rosa", "birth_date": "1968-05-04", "sex": "female"}


async def listed(api: Api, limit: int = 50) -> list[Json]:
    client, items, url = at(api), [], f"/v1/patients/duplicates?limit={limit}"
    while True:
        page = await good(await client.get(url))
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        url = f"/v1/patients/duplicates?limit={limit}&cursor={page['next_cursor']}"


async def test_registering_tells_of_records_that_look_like_the_same_person(coordination: Api) -> None:
    first = await a_patient(coordination, **ROSA)
    assert first["possible_duplicates"] == []
    await a_patient(coordination, **{**ROSA, "given": "Ana", "sex": "male"})
    other = await a_patient(coordination, **{**ROSA, "family": "PENA", "birth_date": "1968-04-05"})
    assert [(one["other"]["id"], one["grade"]) for one in other["possible_duplicates"]] == [(first["id"], "possible")]
    parts = {part["part"]: part["points"] for part in other["possible_duplicates"][0]["parts"]}
    assert parts == {"name": 40, "birth-date": 30, "sex": 5}
    elsewhere = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=DISCHARGED)
    assert (await good(await elsewhere.post("/v1/patients", json=a_person(**ROSA))))["possible_duplicates"] == []


async def test_each_pair_is_listed_once_whatever_the_size_of_the_pages(coordination: Api) -> None:
    made = [await a_patient(coordination, **ROSA) for _ in range(3)]
    for number in range(60):
        await a_patient(coordination, family=f"Other{number}", birth_date=f"19{number + 20}-07-09")
    pairs = [{one["patient"]["id"], one["other"]["id"]} for one in await listed(coordination)]
    ids = [one["id"] for one in made]
    assert sorted(map(sorted, pairs)) == sorted(sorted(pair) for pair in (ids[:2], ids[1:], [ids[0], ids[2]]))
    assert [{one["patient"]["id"], one["other"]["id"]} for one in await listed(coordination, 1)] == pairs


async def test_a_pair_told_apart_or_merged_is_not_shown_again(coordination: Api) -> None:
    one, two, three = [await a_patient(coordination, **ROSA) for _ in range(3)]
    client, url = at(coordination), f"/v1/patients/{two['id']}/duplicates"
    body = {"other": one["id"], "reason": "Twins"}
    told = await good(await client.post(f"{url}/tell-apart", json=body))
    assert (told["other"], told["reason"]) == (one["id"], "Twins")
    assert problem(await client.post(f"{url}/tell-apart", json=body)) == (409, "patient.distinct-already")
    itself = await client.post(f"{url}/tell-apart", json={"other": two["id"], "reason": "?"})
    assert problem(itself) == (422, "patient.duplicate-of-itself")
    assert [each["other"]["id"] for each in (await good(await client.get(url)))["items"]] == [three["id"]]
    merging = {"into": one["id"], "reason": "Twice"}
    await good(await client.post(f"/v1/patients/{three['id']}/merge", json=merging, headers=tag(three)))
    assert (await good(await client.get(url)))["items"] == []
    assert await listed(coordination) == []
