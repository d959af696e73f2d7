"""Webhooks leave signed and safe: to real receivers that are slow, away, refuse, redirect, or are not who they said."""

import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpcore
import pytest
from sqlalchemy import update

from shared.db import kernel, outbox, webhooks
from shared.db.base import Sessions, make_engine, make_sessions
from shared.db.session import transaction
from shared.kit.actor import Actor
from shared.kit.clock import utc_now
from shared.kit.destinations import WrongDestination
from shared.vocabulary import Role, WebhookEvent
from shared.web.hooks import Guarded, Hooks
from tests.support import postgres
from tests.support.receiver import a_receiver

NOW = datetime(2026, 9, 4, 15, 20, tzinfo=UTC)
ALL = [each.value for each in WebhookEvent]


@pytest.fixture
async def sessions(server: postgres.Server) -> AsyncIterator[Sessions]:
    """A database nobody else puts messages into."""
    engine = make_engine(await postgres.clone(server, "monitoring"))
    yield make_sessions(engine)
    await engine.dispose()


async def registered(sessions: Sessions, organization: UUID, url: str, *events: str) -> Any:
    """An endpoint that hears of these events, of all without any named."""
    boss = Actor("boss-1", organization, frozenset({Role.CLINIC_ADMIN}), frozenset(), "test")
    async with transaction(sessions, organization) as tx:
        return await webhooks.add(tx, url, events or ALL, None, actor=boss, now=NOW)


async def told(sessions: Sessions, organization: UUID, source: UUID, event: WebhookEvent = WebhookEvent.NOTICE) -> UUID:
    """Something happens; the id of its event."""
    async with transaction(sessions, organization) as tx:
        return await webhooks.publish(tx, event, source, {"notice_id": str(source)}, now=NOW, actor_name="test")


async def rounds(sessions: Sessions, *, production: bool = False, count: int = 1) -> None:
    """So many rounds of the worker, each to its end."""
    async with Hooks(sessions, production=production) as hooks:
        for _ in range(count):
            await hooks.begin(now=utc_now())
            await hooks.settled()


async def found(sessions: Sessions, organization: UUID, webhook_id: UUID) -> list[Any]:
    """What became of each event, oldest first."""
    async with transaction(sessions, organization, read_only=True) as tx:
        return list(await webhooks.deliveries(tx, webhook_id, before=None, limit=100))[::-1]


async def due_again(sessions: Sessions, organization: UUID) -> None:
    """The wait before the next attempt is over."""
    async with transaction(sessions, organization) as tx:
        await tx.execute(update(kernel.outbox).values(due_at=utc_now() - timedelta(seconds=1)))


async def test_an_event_arrives_once_signed_with_ids_only(sessions: Sessions) -> None:
    organization, source = uuid4(), uuid4()
    async with a_receiver() as receiver:
        endpoint = await registered(sessions, organization, receiver.url)
        event_id = await told(sessions, organization, source)
        assert await told(sessions, organization, source) == event_id, "told twice, it is one event"
        await rounds(sessions, count=3)
        (got,) = receiver.got
    assert got.event == {
        "id": str(event_id),
        "type": "notice.given",
        "timestamp": NOW.isoformat(),
        "data": {"notice_id": str(source)},
    }
    assert got.headers["webhook-id"] == str(event_id)
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 10
    signed = f"{event_id}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert [row.attempts for row in await found(sessions, organization, endpoint.id)] == [1]


async def test_each_endpoint_hears_of_what_it_asked_for_in_its_own_organization(sessions: Sessions) -> None:
    ours, theirs = uuid4(), uuid4()
    async with a_receiver() as one, a_receiver() as two, a_receiver() as other:
        await registered(sessions, ours, one.url, WebhookEvent.NOTICE)
        await registered(sessions, ours, two.url, WebhookEvent.CRITICAL_ALERT)
        await registered(sessions, theirs, other.url)
        await told(sessions, ours, uuid4(), WebhookEvent.NOTICE)
        await told(sessions, ours, uuid4(), WebhookEvent.CRITICAL_ALERT)
        await rounds(sessions)
        seen = [[got.event["type"] for got in each.got] for each in (one, two, other)]
    assert seen == [["notice.given"], ["alert.critical"], []]


async def test_who_was_away_is_told_when_back_under_the_same_event_id(sessions: Sessions) -> None:
    organization = uuid4()
    async with a_receiver() as receiver:
        endpoint = await registered(sessions, organization, receiver.url)
        event_id = await told(sessions, organization, uuid4())
        await receiver.stop()
        await rounds(sessions)
        (waiting,) = await found(sessions, organization, endpoint.id)
        assert (waiting.delivered_at, waiting.parked_at, "ConnectError" in waiting.last_error) == (None, None, True)
        assert waiting.due_at > utc_now()
        await receiver.start()
        receiver.status = 503
        await due_again(sessions, organization)
        await rounds(sessions)
        receiver.status = 200
        await due_again(sessions, organization)
        await rounds(sessions)
        assert [got.headers["webhook-id"] for got in receiver.got] == [str(event_id)] * 2
        (row,) = await found(sessions, organization, endpoint.id)
        assert (row.delivered_at is not None, row.attempts) == (True, 3)


async def test_after_three_days_it_is_set_aside_and_may_be_sent_again(sessions: Sessions) -> None:
    organization = uuid4()
    async with a_receiver(status=500) as receiver:
        endpoint = await registered(sessions, organization, receiver.url)
        await told(sessions, organization, uuid4())
        async with transaction(sessions, organization) as tx:
            await tx.execute(update(kernel.outbox).values(first_failed_at=utc_now() - timedelta(hours=73)))
        await rounds(sessions)
        (row,) = await found(sessions, organization, endpoint.id)
        assert row.parked_at is not None
        async with transaction(sessions, organization) as tx:
            assert [each.id for each in await outbox.open_messages(tx, parked=True, limit=10)] == [row.id]
            receiver.status = 200
            assert await outbox.resend(tx, row.id, now=utc_now())
        await rounds(sessions)
        (row,) = await found(sessions, organization, endpoint.id)
        assert (row.delivered_at is not None, len(receiver.got)) == (True, 2)


async def test_a_redirect_is_not_followed_and_set_aside(sessions: Sessions) -> None:
    organization = uuid4()
    async with a_receiver() as inside, a_receiver(status=307, location=inside.url) as receiver:
        endpoint = await registered(sessions, organization, receiver.url)
        await told(sessions, organization, uuid4())
        await rounds(sessions, count=2)
        assert (len(receiver.got), inside.got) == (1, [])
        (row,) = await found(sessions, organization, endpoint.id)
        assert "307" in row.last_error
        assert row.parked_at is not None


async def test_what_one_endpoint_refuses_holds_back_nothing_of_its_own_or_of_others(sessions: Sessions) -> None:
    organization = uuid4()
    async with a_receiver(status=410) as receiver, a_receiver() as other:
        await registered(sessions, organization, receiver.url)
        await registered(sessions, organization, other.url)
        await told(sessions, organization, uuid4())
        await rounds(sessions)
        receiver.status = 200
        second = await told(sessions, organization, uuid4())
        await rounds(sessions)
        assert [got.headers["webhook-id"] for got in receiver.got][1:] == [str(second)]
        assert len(other.got) == 2


async def test_a_silent_receiver_delays_nobody_else(sessions: Sessions) -> None:
    organization = uuid4()
    async with a_receiver(pause=60) as silent, a_receiver() as quick:
        slow = await registered(sessions, organization, silent.url, WebhookEvent.NOTICE)
        for _ in range(30):
            await told(sessions, organization, uuid4())
        async with Hooks(sessions, production=False) as hooks:
            for _ in range(10):
                await hooks.begin(now=utc_now())
            await registered(sessions, organization, quick.url, WebhookEvent.CRITICAL_ALERT)
            begun = time.monotonic()
            await told(sessions, organization, uuid4(), WebhookEvent.CRITICAL_ALERT)
            await hooks.begin(now=utc_now())
            await quick.events(1)
            assert time.monotonic() - begun < 2
            await hooks.settled()
        rows = await found(sessions, organization, slow.id)
        tried = [row for row in rows if row.attempts]
        assert 0 < len(tried) <= 11
        assert all(row.delivered_at is None and "TimeoutError" in row.last_error for row in tried)


async def test_an_ended_webhook_is_told_nothing_any_more(sessions: Sessions) -> None:
    organization = uuid4()
    async with a_receiver() as receiver:
        endpoint = await registered(sessions, organization, receiver.url)
        await told(sessions, organization, uuid4())
        async with transaction(sessions, organization) as tx:
            await webhooks.change(tx, endpoint.id, now=NOW, ended_at=NOW)
        await told(sessions, organization, uuid4())
        await rounds(sessions, count=2)
        assert receiver.got == []
        (row,) = await found(sessions, organization, endpoint.id)
        assert (row.parked_at is not None, row.last_error) == (True, "The webhook was ended.")


async def test_in_production_a_local_receiver_is_never_reached(sessions: Sessions) -> None:
    organization = uuid4()
    async with a_receiver() as receiver:
        for url in (receiver.url, f"https://localhost:{receiver.port}/", f"https://127.0.0.1:{receiver.port}/"):
            endpoint = await registered(sessions, organization, url)
            await told(sessions, organization, uuid4())
            await rounds(sessions, production=True)
            assert all(row.parked_at is not None for row in await found(sessions, organization, endpoint.id)), url
        assert receiver.got == []


class Noting(httpcore.AsyncNetworkBackend):
    """Says where it was sent, and connects nowhere."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        self.asked.append(host)
        raise httpcore.ConnectError("nowhere")


@pytest.mark.parametrize(
    ("answers", "reached"),
    [
        ([["93.184.216.34"]], ["93.184.216.34"]),
        ([["127.0.0.1"]], []),
        ([["93.184.216.34", "10.0.0.1"]], []),
        ([["169.254.169.254"]], []),
        ([["fe80::1%eth0"]], []),
        ([["::ffff:10.0.0.1"]], []),
        ([["93.184.216.34"], ["127.0.0.1"]], ["93.184.216.34"]),
    ],
)
async def test_a_name_is_judged_at_every_connection_by_the_address_it_then_has(
    answers: list[list[str]], reached: list[str]
) -> None:
    left = list(answers)

    async def resolve(_host: str, _port: int) -> list[str]:
        return left.pop(0)

    inner = Noting()
    guarded = Guarded(inner, production=True, resolve=resolve)
    for addresses in answers:
        wrong = any(each not in ("93.184.216.34",) for each in addresses)
        with pytest.raises(WrongDestination if wrong else httpcore.ConnectError):
            await guarded.connect_tcp("hooks.example.org", 443)
    assert inner.asked == reached


async def test_two_workers_at_once_tell_each_event_once(sessions: Sessions) -> None:
    organization = uuid4()
    async with a_receiver() as receiver:
        await registered(sessions, organization, receiver.url)
        for _ in range(20):
            await told(sessions, organization, uuid4())
        async with Hooks(sessions, production=False) as one, Hooks(sessions, production=False) as two:
            while await one.begin(now=utc_now()) + await two.begin(now=utc_now()):
                await one.settled()
                await two.settled()
        ids = [got.headers["webhook-id"] for got in receiver.got]
    assert len(ids) == len(set(ids)) == 20
