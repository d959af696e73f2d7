"""The other service is stopped for an hour and comes back: its own process, with an injected clock (F9)."""

import asyncio
import signal
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from shared.vocabulary import Role
from tests.support import postgres
from tests.support.followers import drift, enroll, followed, known_names, rename
from tests.support.makers_monitoring import local
from tests.support.running import Running, running

GONE = local("2026-09-04 09:00")
HOUR = timedelta(hours=1)
PATIENTS = 10
LOOKS_EVERY = timedelta(minutes=1)
RENAMED_AT = {timedelta(minutes=5): "Early", timedelta(minutes=25): "Middle", timedelta(minutes=50): "Late"}
# A second of the injected clock takes so many real ones: the breaker rests by the real clock.
SECOND = 0.15


@pytest.fixture
async def pair(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Both services as processes; the relay runs when it is told what time it is."""
    async with running(server, tmp_path_factory.mktemp("outage"), "coordination", "monitoring") as found:
        yield found


async def owner_of(server: postgres.Server, pair: Running, service: str) -> asyncpg.Connection:
    name = pair.databases[service].rsplit("/", 1)[1].split("?")[0]
    return await asyncpg.connect(server.url(name).replace("+asyncpg", ""))


async def relays(pair: Running, service: str, now: datetime) -> int:
    """A round of a service as of an instant; gives how many messages arrived."""
    async with pair.client(service, Role.SUPERVISOR, now=now.isoformat()) as boss:
        done = await boss.post("/v1/ops/run-jobs", json={"now": now.isoformat()})
        return int(done.raise_for_status().json()["done"]["delivered"])


async def the_hour(pair: Running) -> list[str]:
    """Nurses go on with their work, and the relay goes on trying; gives the names at the end."""
    names: list[str] = []
    passed = timedelta()
    while passed < HOUR:
        now = GONE + passed
        if passed in RENAMED_AT:
            async with pair.client("coordination", Role.COORDINATOR, now=now.isoformat()) as nurse:
                names = await rename(nurse, RENAMED_AT[passed])
        assert await relays(pair, "coordination", now) == 0
        passed += LOOKS_EVERY
    return names


async def arrivals(sent: asyncpg.Connection, got: asyncpg.Connection) -> dict[str, list[int]]:
    """By stream, the numbers of the messages in the order in which the other side took them."""
    rows = await sent.fetch("SELECT id::text, stream, seq FROM outbox")
    known = {row["id"]: (row["stream"], row["seq"]) for row in rows}
    order: dict[str, list[int]] = defaultdict(list)
    for row in await got.fetch("SELECT key FROM inbox ORDER BY created_at"):
        if row["key"] in known:
            stream, number = known[row["key"]]
            order[stream].append(number)
    assert sum(map(len, order.values())) == len(rows), "each arrived, once"
    return order


async def heads(sent: asyncpg.Connection) -> list[Any]:
    """The message of each stream that goes next."""
    found: list[Any] = await sent.fetch(
        "SELECT DISTINCT ON (stream) due_at, attempts, parked_at FROM outbox WHERE delivered_at IS NULL"
        " ORDER BY stream, seq"
    )
    return found


async def test_after_an_hour_without_the_other_service_all_arrives_within_a_minute(
    pair: Running, server: postgres.Server
) -> None:
    sent, got = [await owner_of(server, pair, service) for service in ("coordination", "monitoring")]
    async with pair.client("coordination", Role.COORDINATOR, now=GONE.isoformat()) as nurse:
        needs = [await enroll(nurse) for _ in range(PATIENTS)]
    assert pair.kill("monitoring", signal.SIGTERM) in (0, -signal.SIGTERM)
    names = await the_hour(pair)
    waiting = await heads(sent)
    assert len(waiting) == PATIENTS
    assert (await drift(pair, "coordination"))["undelivered"] == PATIENTS * (1 + len(RENAMED_AT))
    # Tried all the hour long, set aside never, and not all at the same moment when it is over.
    assert all(row["attempts"] >= 50 and row["parked_at"] is None for row in waiting)
    due = sorted(row["due_at"] for row in waiting)
    assert due[-1] <= GONE + HOUR + timedelta(seconds=30)
    assert due[-1] - due[0] >= timedelta(seconds=3)

    pair.start("monitoring")
    await pair.ready("monitoring")
    seconds, by_second = 0, []
    while (await heads(sent)) and seconds <= 60:
        by_second.append(await relays(pair, "coordination", GONE + HOUR + timedelta(seconds=seconds)))
        seconds += 1
        await asyncio.sleep(SECOND)
    print(f"all delivered {seconds} s after the return; by second: {by_second}")
    assert seconds <= 60
    await relays(pair, "monitoring", GONE + HOUR + timedelta(seconds=seconds))
    for numbers in (await arrivals(sent, got)).values():
        assert numbers == sorted(numbers)
    assert await followed(pair) == sorted(needs)
    assert await known_names(pair) == names
    for service in ("coordination", "monitoring"):
        found = await drift(pair, service)
        assert (found["drift"], found["undelivered"], found["parked"]) == (0, 0, 0)
    for connection in (sent, got):
        await connection.close()
