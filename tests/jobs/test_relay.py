"""Messages leave in order per stream, at least once, never dropped; two relays never send one message twice."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from shared.contracts.base import Message
from shared.db import kernel, outbox, relay
from shared.db.base import Session, Sessions, make_engine, make_sessions
from shared.db.relay import Outcome, Verdict
from shared.db.session import transaction
from shared.kit.actor import Actor
from shared.kit.problems import Conflict
from shared.vocabulary import Role
from shared.web.worker import Work, sweep_once
from tests.support import postgres

NOW = datetime(2026, 9, 4, 15, 20, tzinfo=UTC)
ARRIVED = Outcome(Verdict.ARRIVED)


class Told(Message):
    """A message for these tests."""

    kind: ClassVar[str] = "Told"
    number: int


@dataclass
class OtherSide:
    """Takes messages; may be away, refuse one, or be slow."""

    got: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    away: bool = False
    refuses: int | None = None
    pause: float = 0.0

    async def take(self, envelope: outbox.Envelope) -> Outcome:
        await asyncio.sleep(self.pause)
        number = envelope.body["number"]
        if self.away:
            return Outcome(Verdict.AGAIN, "away")
        if number == self.refuses:
            return Outcome(Verdict.REFUSED, "422 broken: it cannot be read")
        self.got[envelope.stream].append(number)
        return ARRIVED


@pytest.fixture
async def sessions(server: postgres.Server) -> AsyncIterator[Sessions]:
    """A database nobody else puts messages into."""
    engine = make_engine(await postgres.clone(server, "coordination"))
    yield make_sessions(engine)
    await engine.dispose()


async def tell(sessions: Sessions, organization: UUID, stream: str, *numbers: int, now: datetime = NOW) -> None:
    nurse = Actor("nurse-1", organization, frozenset({Role.COORDINATOR}), frozenset(), "test")
    for number in numbers:
        async with transaction(sessions, organization) as tx:
            await outbox.put(tx, Told(number=number), stream=stream, now=now, actor=nurse)


async def open_rows(sessions: Sessions, organization: UUID, *, parked: bool) -> list[Any]:
    async with transaction(sessions, organization, read_only=True) as tx:
        return list(await outbox.open_messages(tx, parked=parked, limit=1000))


async def test_each_stream_arrives_in_order_and_once(sessions: Sessions) -> None:
    other, organization = OtherSide(), uuid4()
    for number in range(1, 6):
        await tell(sessions, organization, "patient:a", number)
        await tell(sessions, organization, "patient:b", number * 10)
    assert await relay.drain(sessions, other.take, now=NOW) == 10
    assert other.got == {"patient:a": [1, 2, 3, 4, 5], "patient:b": [10, 20, 30, 40, 50]}
    assert await relay.drain(sessions, other.take, now=NOW) == 0


async def test_four_relays_at_once_send_each_message_once_and_in_order(sessions: Sessions) -> None:
    other, organization = OtherSide(pause=0.001), uuid4()
    for stream in range(6):
        await tell(sessions, organization, f"patient:{stream}", *range(8))

    async def run() -> int:
        done = 0
        for _ in range(60):
            done += await relay.run_once(sessions, other.take, now=NOW, limit=5)
        return done

    assert sum(await asyncio.gather(run(), run(), run(), run())) == 48
    assert all(numbers == list(range(8)) for numbers in other.got.values())


async def test_an_hour_away_loses_nothing_and_ends_within_a_minute(sessions: Sessions) -> None:
    other, organization = OtherSide(away=True), uuid4()
    await tell(sessions, organization, "patient:a", 1, 2, 3)
    minute = NOW
    for _ in range(60):
        assert await relay.run_once(sessions, other.take, now=minute) == 0
        minute += timedelta(minutes=1)
    other.away = False
    await relay.drain(sessions, other.take, now=minute + timedelta(seconds=60))
    assert other.got["patient:a"] == [1, 2, 3]


async def test_three_days_without_an_answer_parks_and_shows_why(sessions: Sessions) -> None:
    other, organization = OtherSide(away=True), uuid4()
    await tell(sessions, organization, "patient:a", 1)
    for hours in (0, 24, 48, 71):
        await relay.run_once(sessions, other.take, now=NOW + timedelta(hours=hours))
        assert await open_rows(sessions, organization, parked=True) == []
    await relay.run_once(sessions, other.take, now=NOW + timedelta(hours=73))
    (row,) = await open_rows(sessions, organization, parked=True)
    assert (row.kind, row.last_error, row.attempts) == ("Told", "away", 5)


async def test_a_refused_message_is_parked_others_flow_and_it_can_be_sent_again(sessions: Sessions) -> None:
    other, organization = OtherSide(refuses=1), uuid4()
    await tell(sessions, organization, "patient:a", 1, 2)
    await tell(sessions, organization, "patient:b", 7)
    await relay.drain(sessions, other.take, now=NOW)
    assert other.got == {"patient:b": [7]}
    row, behind = await open_rows(sessions, organization, parked=True)
    assert (behind.waits_for, behind.held) == (row.id, True)
    other.refuses = None
    async with transaction(sessions, organization) as tx:
        assert await outbox.resend(tx, row.id, now=NOW)
    await relay.drain(sessions, other.take, now=NOW)
    assert other.got["patient:a"] == [1, 2]


async def test_a_lease_that_ended_is_taken_over(sessions: Sessions) -> None:
    other, organization = OtherSide(), uuid4()
    await tell(sessions, organization, "patient:a", 1)
    async with transaction(sessions, "*") as tx:
        assert len(await outbox.claim(tx, limit=10, now=NOW)) == 1
    assert await relay.run_once(sessions, other.take, now=NOW) == 0
    async with transaction(sessions, organization) as tx:
        # the database's clock decides: move the lease, not the time
        await tx.execute(update(kernel.outbox).values(lease_until=NOW - timedelta(days=365)))
    assert await relay.run_once(sessions, other.take, now=NOW) == 1


async def test_a_rolled_back_request_tells_nobody(sessions: Sessions) -> None:
    organization = uuid4()
    nurse = Actor("nurse-1", organization, frozenset({Role.COORDINATOR}), frozenset(), "test")

    async def fails() -> None:
        async with transaction(sessions, organization) as tx:
            await outbox.put(tx, Told(number=1), stream="patient:a", now=NOW, actor=nurse)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await open_rows(sessions, organization, parked=False) == []


async def test_waits_grow_to_half_a_minute_and_spread(sessions: Sessions) -> None:
    longest = [relay.wait_before(attempt, 1.0).total_seconds() for attempt in range(1, 9)]
    assert longest == [1, 2, 4, 8, 16, 30, 30, 30]
    assert relay.wait_before(8, 0.0).total_seconds() == 15


async def test_an_answer_that_makes_no_sense_holds_up_its_own_stream_only(sessions: Sessions) -> None:
    organization = uuid4()
    await tell(sessions, organization, "patient:bad", 1)
    await tell(sessions, organization, "patient:good", 2)
    got: list[str] = []

    async def keep(_tx: Session) -> None:
        raise KeyError("id")

    async def take(envelope: outbox.Envelope) -> Outcome:
        got.append(envelope.stream)
        return Outcome(Verdict.ARRIVED, keep=keep if envelope.stream == "patient:bad" else None)

    assert await relay.run_once(sessions, take, now=NOW) == 1
    assert sorted(got) == ["patient:bad", "patient:good"]
    (left,) = await open_rows(sessions, organization, parked=False)
    assert (left.stream, left.lease_until, left.due_at > NOW) == ("patient:bad", None, True)
    assert "KeyError" in left.last_error


async def test_what_somebody_else_stored_first_is_a_conflict(sessions: Sessions) -> None:
    row = {"id": uuid4(), "organization_id": uuid4(), "stream": "s", "kind": "Told", "body": {}, "on_behalf_of": "n"}
    values = {**row, "created_at": NOW, "due_at": NOW}
    async with transaction(sessions, values["organization_id"]) as tx:  # type: ignore[arg-type]
        await tx.execute(insert(kernel.outbox), values)
    with pytest.raises(Conflict):
        async with transaction(sessions, values["organization_id"]) as tx:  # type: ignore[arg-type]
            await tx.execute(insert(kernel.outbox), values)


async def test_a_defect_in_one_job_stops_neither_the_others_nor_the_worker(sessions: Sessions) -> None:
    ran: list[str] = []

    async def broken(_sessions: Sessions, _organizations: Sequence[UUID], _now: datetime) -> int:
        raise ValueError("a defect")

    async def sound(_sessions: Sessions, _organizations: Sequence[UUID], _now: datetime) -> int:
        ran.append("sound")
        return 0

    await sweep_once(sessions, Work(deliveries={}, jobs={"broken": broken, "sound": sound}))
    assert ran == ["sound"]
