"""The directory: kept, found, walled, and never changed behind somebody's back."""

from uuid import uuid4

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import FRIDAY, a_coordinator, a_specialist, slots_for, taken


async def test_an_entry_is_read_back_with_its_code_its_sites_and_its_next_slots(coordination: Api) -> None:
    made = await a_specialist(coordination, record_before={"sent": 10, "closed": 8})
    await slots_for(coordination, made, 3, 1)
    found = taken(await a_coordinator(coordination).get(f"/v1/specialists/{made['id']}"))
    assert found["nucc"] == "207RC0000X"
    share = {"service": "visit", "amount": "40.00", "currency": "USD", "payer": "Medicare", "plan": None}
    assert found["prices"] == [{**share, "told_by": None, "as_of": None}]
    assert found["sites"][0]["id"] == made["sites"][0]["id"]
    assert found["next_slots"] == ["2026-09-05T19:20:00Z"]
    assert (found["loops_sent"], found["loops_closed"]) == (10, 8)


async def test_the_directory_is_filtered_and_paged_without_a_gap(coordination: Api) -> None:
    for number in range(5):
        await a_specialist(coordination, name=f"Dr. {number}")
    await a_specialist(coordination, name="Diet", specialty="dietetics", languages=["es"], coverages=[])
    client = a_coordinator(coordination)
    names: list[str] = []
    address = "/v1/specialists?specialty=cardiology&limit=2"
    while address:
        answer = await client.get(address)
        names += [one["name"] for one in taken(answer)["items"]]
        address = answer.links.get("next", {}).get("url", "")
    assert names == [f"Dr. {number}" for number in range(5)]
    for query in ("language=es", "name=die", "specialty=dietetics"):
        assert [one["name"] for one in taken(await client.get(f"/v1/specialists?{query}"))["items"]] == ["Diet"]
    assert len(taken(await client.get("/v1/specialists?payer=Medicare"))["items"]) == 5


async def test_replacing_needs_the_version_that_was_seen(coordination: Api) -> None:
    made = await a_specialist(coordination)
    client, address = a_coordinator(coordination), f"/v1/specialists/{made['id']}"
    body = {"name": "Dr. New", "organization_name": "X", "specialty": "cardiology", "languages": ["en"],
            "modalities": ["video"]}  # fmt: skip
    assert problem(await client.put(address, json=body)) == (428, "version.missing")
    changed = await client.put(address, json=body, headers={"If-Match": '"1"'})
    assert (taken(changed)["version"], changed.headers["ETag"]) == (2, '"2"')
    assert problem(await client.put(address, json=body, headers={"If-Match": '"1"'})) == (412, "version.stale")


async def test_one_npi_belongs_to_one_entry(coordination: Api) -> None:
    await a_specialist(coordination, npi="1234567893")
    again = await a_coordinator(coordination).post(
        "/v1/specialists",
        json={"name": "Twin", "organization_name": "X", "specialty": "cardiology", "languages": ["en"],
              "modalities": ["video"], "npi": "1234567893"},
    )  # fmt: skip
    assert problem(again) == (409, "specialist.identifier-taken")


async def test_a_retired_entry_is_gone_from_the_list_until_it_is_restored(coordination: Api) -> None:
    made = await a_specialist(coordination)
    client, address = a_coordinator(coordination), f"/v1/specialists/{made['id']}"
    taken(await client.post(f"{address}/retire", headers={"If-Match": '"1"'}))
    assert taken(await client.get("/v1/specialists"))["items"] == []
    taken(await client.post(f"{address}/restore", headers={"If-Match": '"2"'}))
    assert len(taken(await client.get("/v1/specialists"))["items"]) == 1


async def test_a_specialist_tells_the_capacity_of_their_own_entry_only(coordination: Api) -> None:
    own = await a_specialist(coordination, user_subject="dr-ruth")
    other = await a_specialist(coordination, name="Somebody else")
    ruth = coordination.as_(Role.SPECIALIST, now=FRIDAY, subject="dr-ruth")
    told, version = {"free": 1, "as_of": "2026-09-04T12:00:00Z"}, {"If-Match": '"1"'}
    changed = await ruth.post(f"/v1/specialists/{own['id']}/capacity", json=told, headers=version)
    assert taken(changed)["capacity"] == 1
    refused = await ruth.post(f"/v1/specialists/{other['id']}/capacity", json=told, headers=version)
    assert problem(refused) == (403, "specialist.not-your-record")


async def test_another_organizations_entry_reads_like_none(coordination: Api) -> None:
    made = await a_specialist(coordination)
    stranger = coordination.as_(Role.COORDINATOR, organization=uuid4())
    theirs, missing = [await stranger.get(f"/v1/specialists/{one}") for one in (made["id"], uuid4())]
    assert problem(theirs) == problem(missing) == (404, "not-found")
    assert theirs.json()["detail"] == missing.json()["detail"]


async def test_what_cannot_be_is_refused_with_where_and_why(coordination: Api) -> None:
    answer = await a_coordinator(coordination).post(
        "/v1/specialists",
        json={"name": "X", "organization_name": "Y", "specialty": "magic", "languages": ["en"],
              "modalities": ["video"], "prices": [{"amount": "-1"}], "favourite_colour": "red"},
    )  # fmt: skip
    assert problem(answer) == (422, "body.invalid")
    assert {"/body/specialty", "/body/prices/0/amount", "/body/favourite_colour"} <= {
        e["pointer"] for e in answer.json()["errors"]
    }
