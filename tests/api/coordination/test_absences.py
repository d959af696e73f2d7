"""Cover for absence: the work of who is away reaches who covers, for as long as they are away, and goes back."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain import absences as rules
from services.coordination.domain.absences import Away
from shared.kit.problems import Problem
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import FRIDAY, owed, taken
from tests.support.teams import a_team, boss

DAY = timedelta(days=1)
WEEK = {"covered_by": "ben", "starts_at": (FRIDAY + DAY).isoformat(), "ends_at": (FRIDAY + 8 * DAY).isoformat()}


def nurse(api: Api, name: str, now: datetime = FRIDAY) -> httpx.AsyncClient:
    return api.as_(Role.COORDINATOR, now=now, subject=name)


async def mine(api: Api, name: str, now: datetime, **query: Any) -> list[str]:
    asked = {"owner": "me", "limit": 200, **query}
    return [one["title"] for one in taken(await nurse(api, name, now).get("/v1/worklist", params=asked))["items"]]


@pytest.fixture(autouse=True)
async def everybody(coordination: Api) -> None:
    await a_team(coordination, "all", "ana", "ben", "cleo")


async def test_nobody_covers_whom_nobody_knows(coordination: Api) -> None:
    refused = await nurse(coordination, "ana").post("/v1/absences", json={**WEEK, "covered_by": "bne"})
    assert problem(refused) == (422, "absence.cover-unknown")
    assert "bne" in refused.json()["detail"]
    await owed(coordination, due=FRIDAY + DAY, owner="dora", title="dora 1")
    taken(await nurse(coordination, "ana").post("/v1/absences", json={**WEEK, "covered_by": "dora"}), 201)


async def test_the_work_of_who_is_away_is_on_the_list_of_who_covers_from_start_to_end(coordination: Api) -> None:
    await owed(coordination, due=FRIDAY + DAY, owner="ana", title="ana 1", team="east")
    await owed(coordination, due=FRIDAY + 3 * DAY, owner="ana", title="ana 3", team="west")
    await owed(coordination, due=FRIDAY + 2 * DAY, owner="ben", title="ben 2", team="east")
    await owed(coordination, due=FRIDAY + 2 * DAY, owner="cleo", title="cleo", team="east")
    said = taken(await nurse(coordination, "ana").post("/v1/absences", json=WEEK), 201)
    assert (said["person"], said["said_by"]) == ("ana", "ana")
    starts, ends = FRIDAY + DAY, FRIDAY + 8 * DAY
    assert await mine(coordination, "ben", starts - timedelta(seconds=1)) == ["ben 2"]
    assert await mine(coordination, "ben", starts) == ["ana 1", "ben 2", "ana 3"]
    assert await mine(coordination, "ben", ends - timedelta(seconds=1)) == ["ana 1", "ben 2", "ana 3"]
    assert await mine(coordination, "ben", ends) == ["ben 2"]
    # The work stays hers: it is there when she looks, and others see whose it is.
    assert await mine(coordination, "ana", starts) == ["ana 1", "ana 3"]
    # With other filters, in pages, and counted, it is the same work.
    assert await mine(coordination, "ben", starts, team=["east", "west"]) == ["ana 1", "ben 2", "ana 3"]
    assert await mine(coordination, "ben", starts, team="west") == ["ana 3"]
    first = taken(await nurse(coordination, "ben", starts).get("/v1/worklist?owner=me&limit=2"))
    assert await mine(coordination, "ben", starts, cursor=first["next_cursor"]) == ["ana 3"]
    counted = await nurse(coordination, "ben", starts).get("/v1/worklist/counts?owner=me&time_zone=UTC")
    assert sum(bucket["count"] for bucket in taken(counted)["buckets"]) == 3


async def test_who_covers_may_hand_on_and_take_what_is_the_others_and_only_then(coordination: Api) -> None:
    await a_team(coordination, "east", "ana", "ben", "cleo")
    for title in ("given back", "handed on", "taken"):
        await owed(coordination, due=FRIDAY + 2 * DAY, owner="ana", title=title, team="east")
    taken(await boss(coordination).post("/v1/absences", json={"person": "ana", **WEEK}), 201)

    async def act(title: str, name: str, now: datetime, what: str, body: Any = None) -> httpx.Response:
        listed = taken(await nurse(coordination, name, now).get("/v1/worklist", params={"title": title}))["items"]
        tag = {"If-Match": f'"{listed[0]["version"]}"'}
        return await nurse(coordination, name, now).post(
            f"/v1/worklist/{listed[0]['id']}/{what}", json=body, headers=tag
        )

    during, after = FRIDAY + 2 * DAY, FRIDAY + 8 * DAY
    for name, now in (("ben", FRIDAY), ("cleo", during), ("ben", after)):
        assert problem(await act("taken", name, now, "claim")) == (409, "worklist.claimed")
        assert problem(await act("given back", name, now, "release")) == (409, "worklist.not-yours")
        assert problem(await act("handed on", name, now, "assign", {"owner": "cleo"})) == (409, "worklist.claimed")
    assert taken(await act("taken", "ben", during, "claim"))["owner"] == "ben"
    assert taken(await act("given back", "ben", during, "release"))["owner"] is None
    assert taken(await act("handed on", "ben", during, "assign", {"owner": "cleo"}))["owner"] == "cleo"


async def test_whoever_is_back_early_ends_it_and_what_never_began_never_was(coordination: Api) -> None:
    await owed(coordination, due=FRIDAY + 2 * DAY, owner="ana", title="ana")
    said = taken(await nurse(coordination, "ana").post("/v1/absences", json=WEEK), 201)
    address, during = f"/v1/absences/{said['id']}", FRIDAY + 3 * DAY
    end = f"{address}/end"
    assert problem(await nurse(coordination, "cleo", during).post(end, headers={"If-Match": '"1"'}))[0] == 403
    assert problem(await nurse(coordination, "ana", during).post(end, headers={"If-Match": '"7"'}))[0] == 412
    ended = taken(await nurse(coordination, "ana", during).post(end, headers={"If-Match": '"1"'}))
    assert (ended["version"], ended["ended_at"]) == (2, during.isoformat().replace("+00:00", "Z"))
    assert await mine(coordination, "ben", during) == []
    again = await nurse(coordination, "ana", during).post(end, headers={"If-Match": '"2"'})
    assert problem(again) == (409, "absence.over")
    # The days that are free again can be somebody else's cover.
    other = {**WEEK, "covered_by": "cleo", "starts_at": during.isoformat()}
    await_off = taken(await nurse(coordination, "ana", during).post("/v1/absences", json=other), 201)
    assert await mine(coordination, "cleo", during) == ["ana"]
    at = {"at": during.isoformat(), "person": "cleo"}
    listed = taken(await nurse(coordination, "ana").get("/v1/absences", params=at))["items"]
    assert [one["id"] for one in listed] == [await_off["id"]]
    assert len(taken(await nurse(coordination, "ana").get("/v1/absences"))["items"]) == 2


async def test_nobody_is_away_twice_and_nobody_who_covers_is_away(coordination: Api) -> None:
    client = boss(coordination)
    taken(await client.post("/v1/absences", json={"person": "ana", **WEEK}), 201)

    async def refused(person: str, by: str, **changes: Any) -> tuple[int, str]:
        body = {**WEEK, "person": person, "covered_by": by, **changes}
        return problem(await client.post("/v1/absences", json=body))

    assert await refused("ana", "cleo") == (409, "absence.overlaps")
    assert await refused("ben", "cleo") == (409, "absence.covers-somebody")
    assert await refused("cleo", "ana") == (409, "absence.cover-away")
    assert await refused("cleo", "cleo") == (422, "absence.invalid")
    assert await refused("cleo", "dan", ends_at=WEEK["starts_at"]) == (422, "absence.invalid")
    assert await refused("cleo", "dan", ends_at="2026-09-30T00:00:00") == (422, "time.without-zone")
    theirs = await nurse(coordination, "ana").post("/v1/absences", json={**WEEK, "person": "cleo"})
    assert problem(theirs)[0] == 403


async def test_what_lies_in_the_past_is_refused_and_is_in_nobodys_way(coordination: Api) -> None:
    past = {**WEEK, "starts_at": (FRIDAY - 8 * DAY).isoformat(), "ends_at": FRIDAY.isoformat()}
    ana = nurse(coordination, "ana")
    assert problem(await ana.post("/v1/absences", json=past)) == (422, "absence.past")
    # Ill since Wednesday, and Ben was named by mistake: ended, and said again with Cleo from the same Wednesday on.
    ill = {**WEEK, "starts_at": (FRIDAY - 2 * DAY).isoformat()}
    said = taken(await ana.post("/v1/absences", json=ill), 201)
    later = FRIDAY + timedelta(minutes=5)
    taken(await nurse(coordination, "ana", later).post(f"/v1/absences/{said['id']}/end", headers={"If-Match": '"1"'}))
    again = {**ill, "covered_by": "cleo"}
    taken(await nurse(coordination, "ana", later).post("/v1/absences", json=again), 201)
    await owed(coordination, due=FRIDAY + DAY, owner="ana", title="ana")
    assert [await mine(coordination, name, later) for name in ("ben", "cleo")] == [[], ["ana"]]


async def test_what_was_called_off_before_it_began_is_in_nobodys_way(coordination: Api) -> None:
    said = taken(await nurse(coordination, "ana").post("/v1/absences", json=WEEK), 201)
    taken(await nurse(coordination, "ana").post(f"/v1/absences/{said['id']}/end", headers={"If-Match": '"1"'}))
    since = (FRIDAY - DAY).isoformat()
    earlier = nurse(coordination, "ana", FRIDAY - timedelta(hours=1))
    taken(await earlier.post("/v1/absences", json={**WEEK, "covered_by": "cleo", "starts_at": since}), 201)


async def test_of_absences_said_at_once_that_exclude_one_another_one_stands(coordination: Api) -> None:
    bodies = [{**WEEK, "person": a, "covered_by": b} for a, b in (("ana", "ben"), ("ben", "ana"), ("ana", "cleo"))]
    answers = await asyncio.gather(*(boss(coordination).post("/v1/absences", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


INSTANT_ZERO = datetime(2026, 9, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 8).map(lambda days: INSTANT_ZERO + days * DAY)
ABSENCES = st.builds(Away, st.sampled_from("abc"), st.sampled_from("abc"), INSTANTS, INSTANTS)


@given(st.lists(ABSENCES, max_size=12))
def test_at_every_moment_whoever_is_away_is_covered_once_by_somebody_who_is_there(said: list[Away]) -> None:
    standing: list[Away] = []
    for one in said:
        with suppress(Problem):
            rules.check(one, standing, INSTANT_ZERO)
            standing.append(one)
    for day in range(9):
        moment = datetime(2026, 9, 1, tzinfo=UTC) + day * DAY
        now = [one for one in standing if one.starts_at <= moment < one.ends_at]
        away = [one.person for one in now]
        assert len(away) == len(set(away))
        assert not {one.covered_by for one in now} & set(away)


@given(ABSENCES, st.lists(ABSENCES, max_size=6))
def test_an_absence_among_others_at_other_times_or_of_other_people_is_taken(new: Away, others: list[Away]) -> None:
    people = {new.person, new.covered_by}
    apart = [one for one in others if not one.overlaps(new) or not people & {one.person, one.covered_by}]
    if new.starts_at < new.ends_at and new.person != new.covered_by:
        rules.check(new, apart, INSTANT_ZERO)
