"""The worklist followed live: no gap and no person, whoever is slow, comes back late, or whose token ends."""

import asyncio
import json
import time
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.coordination.store import obligations, work_changes
from services.coordination.store.obligations import ObligationRow
from services.coordination.usecases import work_changes as changes
from shared.db.session import transaction
from shared.vocabulary import Priority, Role
from shared.web import feeds
from tests.support.apps import Api, epoch, problem
from tests.support.listening import Event, Listener, listening
from tests.support.makers_directory import FRIDAY, a_coordinator, a_need, done, owed, taken


def token(api: Api, role: Role = Role.COORDINATOR, **changed: Any) -> str:
    return api.token(role, **changed)


async def put(api: Api, source: UUID, *, commit: bool = True, wait: float = 0) -> None:
    """Change a piece of work in a transaction that takes its time, or is given up."""
    try:
        async with transaction(api.sessions, api.organization) as tx:
            await obligations.put(
                tx, source="contact", source_id=source, stage="call", patient_id=source, due_at=FRIDAY, title="t",
                priority=Priority.ROUTINE, owner=None, team="east", now=FRIDAY,
            )  # fmt: skip
            await asyncio.sleep(wait)
            if not commit:
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass


async def standing(api: Api) -> dict[str, int]:
    """The version of every piece of work, as it is."""
    async with transaction(api.sessions, api.organization, read_only=True) as tx:
        return {str(row.id): row.version for row in await tx.execute(select(ObligationRow.id, ObligationRow.version))}


def versions(events: list[Event]) -> dict[str, int]:
    """The version of every piece of work, as it was told last."""
    return {each.data["work_id"]: each.data["version"] for each in events if each.name == "work"}


async def test_work_is_told_when_it_is_opened_claimed_and_closed_and_no_person_with_it(coordination: Api) -> None:
    async with listening(coordination.app, token(coordination)) as listener:
        assert (await listener.next()).name == "ready"
        need = await a_need(coordination, team="east")
        opened = await listener.next()
        assert (opened.data["source_id"], opened.data["open"], opened.data["claimed"]) == (str(need), True, False)
        nurse, path = a_coordinator(coordination), f"/v1/worklist/{opened.data['work_id']}"
        work = await nurse.get(path)
        taken(await nurse.post(f"{path}/claim", headers={"If-Match": work.headers["ETag"]}))
        claimed = await listener.next()
        assert (claimed.data["claimed"], claimed.data["version"]) == (True, opened.data["version"] + 1)
        said = json.dumps([opened.data, claimed.data])
        assert work.json()["patient_id"] not in said
        assert "Sample" not in said
        assert "coordinator-1" not in said
        current = await nurse.get(f"/v1/needs/{need}")
        withdraw = {"code": "entered-in-error"}
        taken(
            await nurse.post(f"/v1/needs/{need}/withdraw", json=withdraw, headers={"If-Match": current.headers["ETag"]})
        )
        assert (await listener.next()).data["open"] is False


async def test_whoever_comes_back_is_told_of_everything_since_once_and_as_it_stands(coordination: Api) -> None:
    first = await owed(coordination, due=FRIDAY)
    async with listening(coordination.app, token(coordination)) as listener:
        await listener.next()
        second = await owed(coordination, due=FRIDAY)
        last = (await listener.next()).id
    for _ in range(3):
        await put(coordination, second)
    third = await owed(coordination, due=FRIDAY)
    await done(coordination, third)
    async with listening(coordination.app, token(coordination), last=last, seconds=3) as listener:
        told = (await listener.until("end"))[1:-1]
    assert [each.data["source_id"] for each in told] == [str(second), str(third)]
    assert [each.data["open"] for each in told] == [True, False]
    assert str(first) not in json.dumps([each.data for each in told])
    async with listening(coordination.app, token(coordination), last=told[-1].id, seconds=2) as listener:
        assert [each.name for each in await listener.until("end")] == ["ready", "end"]


async def test_another_organization_and_another_patient_are_not_told_of(coordination: Api) -> None:
    other = Api(coordination.app, coordination.parts, coordination.keyring, uuid4())
    mine, not_mine = uuid4(), uuid4()
    async with (
        listening(coordination.app, token(coordination), seconds=4) as all_of_it,
        listening(coordination.app, token(coordination), patient_id=mine, seconds=4) as of_one,
        listening(coordination.app, token(other), seconds=4) as elsewhere,
    ):
        for listener in (all_of_it, of_one, elsewhere):
            await listener.next()
        await put(coordination, mine)
        await put(coordination, not_mine)
        assert {each.data["source_id"] for each in (await all_of_it.until("end"))[:-1]} == {str(mine), str(not_mine)}
        assert {each.data["source_id"] for each in (await of_one.until("end"))[:-1]} == {str(mine)}
        assert [each.name for each in await elsewhere.until("end")] == ["end"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_order_of_commits_leaves_a_gap(coordination: Api, seed: int) -> None:
    """Transactions that began first may commit last: what is told in the end is what stands."""
    chance, sources = Random(seed), [uuid4() for _ in range(12)]
    async with transaction(coordination.sessions, coordination.organization, read_only=True) as tx:
        place = (await work_changes.now(tx)).settled
    told: dict[str, int] = {}
    working = True

    async def write() -> None:
        for _ in range(15):
            wait = chance.choice([0, 0, 0.02, 0.1])
            await put(coordination, chance.choice(sources), commit=chance.random() < 0.8, wait=wait)

    async def follow() -> None:
        nonlocal place
        idle = 0
        while working or idle < 3:
            async with transaction(coordination.sessions, coordination.organization, read_only=True) as tx:
                batch = await changes.since(tx, place, chance.randint(1, 4))
            places = [each.place for each in batch]
            assert places == sorted(places)
            assert all(each > place for each in places)
            told.update({str(each.told.work_id): each.told.version for each in batch})
            place = places[-1] if places else place
            # A transaction elsewhere on the server may hold the order up for a moment, never for good.
            idle = 0 if working or batch or told != await standing(coordination) else idle + 1
            await asyncio.sleep(0.01)

    following = asyncio.create_task(follow())
    await asyncio.gather(*(write() for _ in range(4)))
    working = False
    await asyncio.wait_for(following, 60)
    assert told == await standing(coordination)
    assert len(told) > 5


async def test_a_slow_listener_holds_nothing_up_and_misses_nothing(
    coordination: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "KEPT", 10)
    monkeypatch.setattr(feeds, "BATCH", 7)
    sources = [uuid4() for _ in range(60)]
    app = coordination.app
    async with listening(app, token(coordination)) as quick, listening(app, token(coordination), slow=True) as slow:
        await quick.next()
        while slow.status == 0:  # noqa: ASYNC110 - it has been answered, and reads nothing
            await asyncio.sleep(0.01)
        for source in sources:
            await put(coordination, source)
        seen = {(await quick.next()).data["source_id"] for _ in sources}
        assert seen == {str(each) for each in sources}
        feed = app.state.feeds._feeds[coordination.organization][0]
        assert len(feed._changes) <= 10
        assert slow.sent == 0
        slow.reading.set()
        events = [await slow.next() for _ in range(len(sources) + 1)]
        assert versions(events) == await standing(coordination)


async def test_a_thousand_idle_listeners_cost_one_reader(coordination: Api) -> None:
    """F28: their feed reads for all of them, and each is told."""
    held = coordination.app.state.feeds
    async with transaction(coordination.sessions, coordination.organization, read_only=True) as tx:
        place = (await work_changes.now(tx)).settled
    reads = 0
    before = held._read

    async def counted(tx: Any, place: Any, limit: int) -> list[Any]:
        nonlocal reads
        reads += 1
        return list(await before(tx, place, limit))

    async def wait() -> str:
        async for batch in held.follow(coordination.organization, place):
            if batch:
                return str(batch[0].told.source_id)
        return ""

    held._read = counted
    try:
        started = time.monotonic()
        idle = [asyncio.create_task(wait()) for _ in range(1_000)]
        await asyncio.sleep(1)
        source = await owed(coordination, due=FRIDAY)
        assert set(await asyncio.wait_for(asyncio.gather(*idle), 60)) == {str(source)}
        assert reads <= (time.monotonic() - started) / feeds.EVERY + 2
    finally:
        held._read = before
    assert held.listeners == 0


async def test_the_end_of_a_token_ends_the_stream(coordination: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "QUIET", 0.2)
    # Clocks may differ by 30 s: this one still holds for a moment.
    ending = token(coordination, exp=epoch(-27))
    async with listening(coordination.app, ending) as listener:
        events = await listener.until("end")
        assert [each.name for each in events] == ["ready", "end"]
        assert events[-1].data["code"] == "token.expired"
    assert listener.over


async def test_a_listener_who_goes_away_is_forgotten(coordination: Api) -> None:
    held = coordination.app.state.feeds
    before = held.listeners
    async with listening(coordination.app, token(coordination)) as listener:
        await listener.next()
        await owed(coordination, due=FRIDAY)
        await listener.next()
        assert held.listeners == before + 1
    assert held.listeners == before
    assert listener.over


async def test_what_cannot_be_followed_is_refused(coordination: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    nurse, path = a_coordinator(coordination), "/v1/worklist/stream"
    assert problem(await nurse.get(path)) == (406, "stream.accept")
    asked = {"Accept": "text/event-stream"}
    assert problem(await nurse.get(path, headers={**asked, "Last-Event-ID": "17"})) == (400, "stream.last-event-id")
    assert problem(await nurse.get(f"{path}?team=east", headers=asked)) == (422, "query.unknown-parameter")
    admin = coordination.as_(Role.CLINIC_ADMIN, now=FRIDAY)
    assert problem(await admin.get(path, headers=asked))[0] == 403
    monkeypatch.setattr(feeds, "MOST", 0)
    assert problem(await nurse.get(path, headers=asked)) == (503, "stream.too-many")


async def test_a_place_beyond_the_database_asks_to_read_the_list_again(coordination: Api) -> None:
    """A database set back to an earlier state counts from there: nobody goes on as if nothing had happened."""
    ahead = f"{10**17}.{uuid4().hex}"
    async with listening(coordination.app, token(coordination), last=ahead, seconds=2) as listener:
        first: Event = await listener.next()
    assert first.name == "reset"
    assert first.id is not None
    assert first.id != ahead


def test_a_listener_takes_events_apart() -> None:
    listener = Listener()
    listener._take('event: work\ndata: {"a": 1}\nid: 7')
    listener._take(": ping")
    assert listener.waiting() == 1
