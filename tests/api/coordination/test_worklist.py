"""The worklist: its order, pages that neither skip nor repeat, claims, and the index that serves it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.coordination.store import obligations
from shared.db.session import transaction
from shared.vocabulary import Priority, Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import FRIDAY, a_coordinator, a_need, done, owed, taken


async def titles(api: Api, **query: object) -> list[str]:
    answer = await a_coordinator(api).get("/v1/worklist", params=query)  # type: ignore[arg-type]
    return [one["title"] for one in taken(answer)["items"]]


async def test_the_longest_overdue_first_priority_worth_three_days_and_undated_last(coordination: Api) -> None:
    await owed(coordination, due=None, title="undated")
    await owed(coordination, due=None, priority=Priority.STAT, title="undated stat")
    await owed(coordination, due=FRIDAY - timedelta(days=2), title="two days overdue")
    await owed(coordination, due=FRIDAY + timedelta(hours=23), priority=Priority.URGENT, title="urgent tomorrow")
    await owed(coordination, due=FRIDAY + timedelta(days=6), priority=Priority.STAT, title="stat in six days")
    assert await titles(coordination) == [
        "stat in six days", "urgent tomorrow", "two days overdue", "undated stat", "undated"
    ]  # fmt: skip


async def test_needs_and_referrals_stand_in_one_list(coordination: Api) -> None:
    need = await a_need(coordination, team="east")
    listed = taken(await a_coordinator(coordination).get("/v1/worklist?team=east"))["items"]
    assert [(one["source"], one["source_id"]) for one in listed] == [("need", str(need))]
    assert listed[0]["overdue"] is False


async def test_pages_neither_skip_nor_repeat_while_work_is_closed_and_added(coordination: Api) -> None:
    ids = [await owed(coordination, due=FRIDAY + timedelta(hours=n // 3)) for n in range(30)]
    client, seen, address = a_coordinator(coordination), [], "/v1/worklist?limit=7"
    while address:
        answer = await client.get(address)
        seen += [one["source_id"] for one in taken(answer)["items"]]
        address = answer.links.get("next", {}).get("url", "")
        if len(seen) == 14:
            await done(coordination, ids[0])
            await done(coordination, ids[29])
            await owed(coordination, due=FRIDAY - timedelta(days=9))
    # The first had been shown before it was closed, the last was closed before its page, the new one lies behind.
    assert sorted(seen) == sorted(str(one) for one in ids[:29])


@given(moves=st.lists(st.tuples(st.integers(0, 11), st.integers(-4, 16)), max_size=6), size=st.integers(1, 5))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_pages_show_whatever_keeps_its_place_once_however_open_work_moves_between_them(
    coordination: Api, moves: list[tuple[int, int]], size: int
) -> None:
    team = str(uuid4())
    ids = [await owed(coordination, due=FRIDAY + timedelta(hours=n), team=team) for n in range(12)]
    client, seen, left = a_coordinator(coordination), [], [*moves]
    address = f"/v1/worklist?team={team}&limit={size}"
    while address:
        answer = await client.get(address)
        seen += [one["source_id"] for one in taken(answer)["items"]]
        address = answer.links.get("next", {}).get("url", "")
        if left:
            which, hours = left.pop()
            await owed(coordination, due=FRIDAY + timedelta(hours=hours, minutes=30), team=team, of=ids[which])
    moved = {str(ids[which]) for which, _ in moves[len(left) :]}
    stayed = [str(each) for each in ids if str(each) not in moved]
    assert [each for each in seen if each not in moved] == stayed, "nothing that stayed is skipped or repeated"
    assert all(seen.count(each) <= 1 + len(moves) for each in moved)


async def test_the_parts_of_the_score_are_shown(coordination: Api) -> None:
    await owed(coordination, due=FRIDAY - timedelta(days=2, minutes=5), priority=Priority.URGENT)
    await owed(coordination, due=None)
    dated, undated = taken(await a_coordinator(coordination).get("/v1/worklist"))["items"]
    assert dated["score"] == {
        "due_at": "2026-09-02T19:15:00Z",
        "overdue_hours": 48,
        "priority": "urgent",
        "head_start_days": 3,
        "rank_key": "2026-08-30T19:15:00Z",
        "explanation": "2 days overdue; 3 days ahead for urgent",
    }
    assert dated["overdue"] is True
    assert (undated["score"]["overdue_hours"], undated["overdue"]) == (None, False)
    assert undated["score"]["explanation"] == "Not dated, so after all dated work; no head start (routine)"


async def test_every_filter_narrows_the_list(coordination: Api) -> None:
    await owed(coordination, due=FRIDAY, team="east", title="a")
    await owed(coordination, due=FRIDAY + timedelta(days=2), team="west", owner="ana", title="b")
    await owed(coordination, due=None, team="west", priority=Priority.ASAP, title="c")
    assert await titles(coordination, team="west") == ["b", "c"]
    assert await titles(coordination, owner="ana") == ["b"]
    assert await titles(coordination, unclaimed="true") == ["a", "c"]
    assert await titles(coordination, priority="asap") == ["c"]
    assert await titles(coordination, title="a") == ["a"]
    assert await titles(coordination, stage="call", source="contact") == ["a", "b", "c"]
    assert await titles(coordination, due_before=(FRIDAY + timedelta(days=1)).isoformat()) == ["a"]
    assert await titles(coordination, patient_id=str(uuid4())) == []


async def the_work(api: Api) -> dict[str, Any]:
    return dict(taken(await a_coordinator(api).get("/v1/worklist"))["items"][0])


async def test_one_of_many_claims_the_work_and_the_others_are_told(coordination: Api) -> None:
    await owed(coordination, due=FRIDAY)
    work = await the_work(coordination)
    nurses = [coordination.as_(Role.COORDINATOR, now=FRIDAY, subject=f"nurse-{n}") for n in range(5)]
    claim: dict[str, Any] = {"url": f"/v1/worklist/{work['id']}/claim", "headers": {"If-Match": f'"{work["version"]}"'}}
    answers = await asyncio.gather(*(nurse.post(**claim) for nurse in nurses))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert {problem(answer)[1] for answer in answers if answer.status_code == 409} == {"worklist.claimed"}
    winner = next(answer.json()["owner"] for answer in answers if answer.status_code == 200)
    assert {answer.json()["owner"] for answer in answers} == {winner}
    assert (await the_work(coordination))["owner"] == winner


async def test_claimed_work_keeps_its_owner_when_its_source_changes(coordination: Api) -> None:
    need = await a_need(coordination)
    work = await the_work(coordination)
    client = a_coordinator(coordination)
    taken(await client.post(f"/v1/worklist/{work['id']}/claim", headers={"If-Match": f'"{work["version"]}"'}))
    assert await titles(coordination, owner="me") == [work["title"]]
    async with transaction(coordination.sessions, coordination.organization) as tx:
        await obligations.put(
            tx, source="need", source_id=need, stage=work["stage"], patient_id=work["patient_id"],
            due_at=FRIDAY, priority=Priority.STAT, owner=None, team=None, title=work["title"], now=FRIDAY,
        )  # fmt: skip
    changed = await the_work(coordination)
    assert (changed["priority"], changed["owner"]) == ("stat", "coordinator-1")


async def test_only_the_owner_or_a_supervisor_releases(coordination: Api) -> None:
    await owed(coordination, due=FRIDAY, owner="ana")
    work = await the_work(coordination)
    release: dict[str, Any] = {
        "url": f"/v1/worklist/{work['id']}/release",
        "headers": {"If-Match": f'"{work["version"]}"'},
    }
    assert problem(await a_coordinator(coordination).post(**release)) == (409, "worklist.not-yours")
    supervisor = coordination.as_(Role.SUPERVISOR, now=FRIDAY)
    assert taken(await supervisor.post(**release))["owner"] is None


async def test_finished_work_and_a_foreign_cursor_are_refused(coordination: Api) -> None:
    source = await owed(coordination, due=FRIDAY)
    work = await the_work(coordination)
    await done(coordination, source)
    client = a_coordinator(coordination)
    late = await client.post(f"/v1/worklist/{work['id']}/claim", headers={"If-Match": '"1"'})
    assert problem(late) == (409, "worklist.not-open")
    assert problem(await client.get("/v1/worklist?cursor=abc")) == (400, "cursor.invalid")
