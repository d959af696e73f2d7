"""Everybody who cannot meet a need is listed with every reason, in pages that neither skip nor repeat."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.coordination.usecases import exclusions
from tests.support.apps import Api, problem
from tests.support.makers_directory import a_coordinator, a_need, a_specialist, taken


async def all_of(api: Api, need: UUID, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    address = f"/v1/needs/{need}/excluded-candidates?limit={limit}"
    while address:
        answer = await a_coordinator(api).get(address)
        page = taken(answer)
        found += page["items"]
        assert len(page["items"]) <= limit
        address = answer.links["next"]["url"] if page["next_cursor"] else ""
    return found


@pytest.mark.parametrize(("limit", "at_once", "most"), [(1, 2, 3), (2, 200, 1000), (3, 1, 1), (50, 3, 4)])
async def test_each_excluded_one_is_listed_once_whatever_the_pages(
    coordination: Api, monkeypatch: pytest.MonkeyPatch, limit: int, at_once: int, most: int
) -> None:
    monkeypatch.setattr(exclusions, "_AT_ONCE", at_once)
    monkeypatch.setattr(exclusions, "_MOST", most)
    excluded = []
    for number in range(7):
        changes = ({"specialty": "nephrology"}, {"coverages": [{"payer": "Aetna"}]}, {})[number % 3]
        made = await a_specialist(coordination, name=f"Dr. {number}", **changes)
        excluded += [made["id"]] if changes else []
    found = await all_of(coordination, await a_need(coordination), limit)
    assert [one["specialist_id"] for one in found] == excluded
    for one in found:
        assert (one["eligible"], one["rank"]) == (False, None)
        failed = {reason["code"] for reason in one["reasons"] if reason["passed"] is False}
        assert failed
        assert failed <= {"specialty", "coverage"}
        assert len(one["reasons"]) == 10


async def test_with_the_eligible_it_is_the_whole_directory(coordination: Api) -> None:
    made = [await a_specialist(coordination, max_age=60 + number) for number in range(20)]
    need = await a_need(coordination)
    path = f"/v1/needs/{need}/candidates?excluded=false&limit=200"
    eligible = taken(await a_coordinator(coordination).get(path))["candidates"]
    excluded = await all_of(coordination, need, 6)
    assert len(eligible) > 0
    assert len(excluded) > 0
    both = [one["specialist_id"] for one in (*eligible, *excluded)]
    assert sorted(both) == sorted(one["id"] for one in made)


async def test_a_need_that_never_was_and_an_odd_cursor(coordination: Api) -> None:
    client = a_coordinator(coordination)
    assert problem(await client.get(f"/v1/needs/{uuid4()}/excluded-candidates")) == (404, "not-found")
    need = await a_need(coordination)
    odd = await client.get(f"/v1/needs/{need}/excluded-candidates?cursor=abc")
    assert problem(odd) == (400, "cursor.invalid")
