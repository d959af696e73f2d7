"""Kill, cut, delay: nothing acknowledged is lost, nothing happens twice, both sides agree (F1, F4, F9, F10, L8)."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from shared.db import outbox
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.chaos import Chaos, Mood, chaos
from tests.support.followers import drift, enroll, followed, known_names, rename
from tests.support.makers_coordination import a_person
from tests.support.running import Running, running

WORKERS = ("coordination-worker", "monitoring-worker")


@pytest.fixture(scope="module")
async def pair(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Both services as processes; workers are started by the tests."""
    async with running(server, tmp_path_factory.mktemp("pair"), "coordination", "monitoring") as found:
        yield found


@pytest.fixture(autouse=True)
def fresh_organization(pair: Running) -> None:
    """Each test speaks for an organization nobody else has."""
    pair.organization = uuid4()


def worker_through(pair: Running, proxy: Chaos | None) -> None:
    """Start coordination's worker, with the proxy between it and monitoring where one is given."""
    pair.peer_ports = {} if proxy is None else {"monitoring": proxy.port}
    pair.start("coordination-worker")


async def settled(pair: Running, *, within: float) -> None:
    """Wait until both sides agree on everything; fails after ``within`` seconds."""
    started = time.monotonic()
    while time.monotonic() - started < within:
        found = [await drift(pair, service) for service in ("coordination", "monitoring")]
        if all(side["drift"] == 0 and side["undelivered"] == 0 for side in found):
            return
        await asyncio.sleep(0.2)
    async with pair.client("coordination", Role.SUPERVISOR) as supervisor:
        parked = (await supervisor.get("/v1/ops/messages")).json()
    raise AssertionError(f"not settled within {within} s: {found} {[row['explanation'] for row in parked]}")


async def test_a_service_killed_in_the_middle_does_a_repeated_request_once(pair: Running) -> None:
    """F1: killed before or after the commit, the repeat with the same key finds or makes one row."""
    chance = random.Random(7)
    bodies = {}
    for _ in range(4):
        key, body = str(uuid4()), a_person()
        bodies[key] = body
        async with pair.client("coordination", Role.COORDINATOR) as nurse:
            sending = asyncio.create_task(nurse.post("/v1/patients", json=body, headers={"Idempotency-Key": key}))
            await asyncio.sleep(chance.uniform(0.0, 0.03))
            pair.kill("coordination")
            first = await asyncio.gather(sending, return_exceptions=True)
        pair.start("coordination")
        await pair.ready("coordination")
        async with pair.client("coordination", Role.COORDINATOR) as nurse:
            again = await nurse.post("/v1/patients", json=body, headers={"Idempotency-Key": key})
        assert again.status_code == 201
        if isinstance(first[0], httpx.Response):
            assert first[0].content == again.content
    async with pair.client("coordination", Role.COORDINATOR) as nurse:
        assert len((await nurse.get("/v1/patients")).json()["items"]) == len(bodies)


async def found_by(pair: Running, person: dict[str, Any]) -> list[str]:
    """The ids of the patients who carry this person's identifier."""
    (known,) = person["identifiers"]
    async with pair.client("coordination", Role.COORDINATOR) as nurse:
        items = (await nurse.get("/v1/patients", params={"limit": 200})).raise_for_status().json()["items"]
    return [each["id"] for each in items if known in each["identifiers"]]


async def waits_for(owner: asyncpg.Connection, table: str) -> None:
    """Wait until somebody waits for a lock on the table."""
    query = "SELECT count(*) FROM pg_locks WHERE relation = $1::text::regclass AND NOT granted"
    for _ in range(500):
        if await owner.fetchval(query, table):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"nobody waits for {table}")


async def repeated(pair: Running, person: dict[str, Any], key: dict[str, str]) -> httpx.Response:
    """The service is started again, and asked once more with the same key."""
    pair.start("coordination")
    await pair.ready("coordination")
    async with pair.client("coordination", Role.COORDINATOR) as nurse:
        return await nurse.post("/v1/patients", json=person, headers=key)


async def test_killed_after_the_commit_and_before_the_reply_the_repeat_finds_what_was_made(pair: Running) -> None:
    """F1: the nurse never had the answer, and the row is there."""
    person, key = a_person(), {"Idempotency-Key": str(uuid4())}
    async with chaos(pair.ports["coordination"]) as proxy, pair.client("coordination", Role.COORDINATOR) as nurse:
        proxy.mood = "cuts"
        with pytest.raises(httpx.TransportError):
            await nurse.post(f"http://127.0.0.1:{proxy.port}/v1/patients", json=person, headers=key)
    made = await found_by(pair, person)
    assert len(made) == 1
    pair.kill("coordination")
    again = await repeated(pair, person, key)
    assert (again.status_code, [again.json()["id"]]) == (201, made)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await found_by(pair, person) == made


async def test_killed_before_the_commit_nothing_is_left_and_the_repeat_makes_it(
    pair: Running, server: postgres.Server
) -> None:
    """F1: the request waits for a lock in PostgreSQL when the service is killed."""
    person, key = a_person(), {"Idempotency-Key": str(uuid4())}
    name = pair.databases["coordination"].rsplit("/", 1)[1].split("?")[0]
    owner = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    async with pair.client("coordination", Role.COORDINATOR) as nurse:
        async with owner.transaction():
            await owner.execute("LOCK TABLE patients IN SHARE MODE")
            sending = asyncio.create_task(nurse.post("/v1/patients", json=person, headers=key))
            await waits_for(owner, "patients")
            pair.kill("coordination")
        (answer,) = await asyncio.gather(sending, return_exceptions=True)
    await owner.close()
    assert isinstance(answer, httpx.TransportError)
    pair.start("coordination")
    await pair.ready("coordination")
    assert await found_by(pair, person) == []
    pair.kill("coordination")
    again = await repeated(pair, person, key)
    assert (again.status_code, "Idempotency-Replayed" in again.headers) == (201, False)
    assert await found_by(pair, person) == [again.json()["id"]]


async def test_a_worker_killed_twelve_times_loses_and_doubles_nothing(pair: Running) -> None:
    """F4: a killed worker's lease ends, the next one takes over."""
    async with pair.client("coordination", Role.COORDINATOR) as nurse:
        needs = [await enroll(nurse) for _ in range(30)]
    chance = random.Random(11)
    unfinished = 0
    for _ in range(12):
        worker_through(pair, None)
        await pair.working("coordination-worker")
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        pair.kill("coordination-worker")
        unfinished += bool((await drift(pair, "coordination"))["undelivered"])
    assert unfinished, "no kill came before everything was delivered"
    worker_through(pair, None)
    pair.start("monitoring-worker")
    for name in WORKERS:
        await pair.working(name)
    # What a killed worker held is free when its lease ends; the rest is how fast the machine works it off.
    assert timedelta(seconds=30) >= outbox.LEASE
    await settled(pair, within=120)
    for name in WORKERS:
        pair.kill(name)
    assert await followed(pair) == sorted(needs)


async def test_while_the_other_service_is_away_work_goes_on_and_all_arrives_after(pair: Running) -> None:
    """F9: callers do not notice; after the return everything arrives, once, in order."""
    worker_through(pair, None)
    pair.kill("monitoring")
    async with pair.client("coordination", Role.COORDINATOR) as nurse:
        needs = [await enroll(nurse) for _ in range(10)]
        names = await rename(nurse, "First", "Second", "Third")
        await asyncio.sleep(4)
    assert (await drift(pair, "coordination"))["drift"] is None
    assert (await drift(pair, "coordination"))["undelivered"] == 10 + 3 * 10
    pair.start("monitoring")
    await pair.ready("monitoring")
    pair.start("monitoring-worker")
    await settled(pair, within=60)
    for name in WORKERS:
        pair.kill(name)
    assert await followed(pair) == sorted(needs)
    assert await known_names(pair) == names


@pytest.mark.parametrize("mood", ["silent", "resets", "cuts", "slow"])
async def test_a_sick_connection_delays_and_never_doubles(pair: Running, mood: Mood) -> None:
    """F10: an answer cut after 40 bytes came after the effect: the repeat must not enroll twice."""
    async with chaos(pair.ports["monitoring"]) as proxy:
        proxy.mood = mood
        worker_through(pair, proxy)
        async with pair.client("coordination", Role.COORDINATOR) as nurse:
            started = time.monotonic()
            needs = [await enroll(nurse) for _ in range(5)]
            per_call = (time.monotonic() - started) / 15
            await asyncio.sleep(3)
        proxy.mood = "passes"
        pair.start("monitoring-worker")
        await settled(pair, within=60)
        for name in WORKERS:
            pair.kill(name)
    assert per_call < 0.5
    assert proxy.connections > 0
    assert await followed(pair) == sorted(needs)
