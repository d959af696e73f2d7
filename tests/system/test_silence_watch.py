"""Whoever watches for silence may be killed: another takes over, and nobody is asked after twice (F4, F31)."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from shared.vocabulary import Role
from tests.support import postgres
from tests.support.makers_monitoring import identity
from tests.support.running import Running, running

PATIENTS = 20


@pytest.fixture(scope="module")
async def pair(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Monitoring as a process; its worker is started and killed by the test."""
    async with running(server, tmp_path_factory.mktemp("watch"), "monitoring") as found:
        yield found


async def followed_for_two_days(pair: Running, owner: asyncpg.Connection) -> None:
    """On insulin since fifty hours, and never heard of."""
    given = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    consent = {"purpose": "monitoring", "given_by": "patient", "given_at": given, "mode": "verbal"}
    async with pair.client("monitoring", Role.CASE_MANAGER) as nurse:
        for _ in range(PATIENTS):
            body = {
                "patient": {"version": 1, **identity()},
                "protocol": "diabetes",
                "tier": "rising",
                "reason": "Starts insulin",
                "circumstances": ["insulin-treated"],
                "consents": [consent],
            }
            (await nurse.post("/v1/enrollments", json=body)).raise_for_status()
    await owner.execute("UPDATE enrollments SET activated_at = activated_at - interval '50 hours'")


async def found(owner: asyncpg.Connection) -> tuple[int, int]:
    """Alerts of silence, and enrollments that have one."""
    query = "SELECT count(*), count(DISTINCT enrollment_id) FROM alerts WHERE rule = 'SILENCE-GLUCOSE'"
    row = await owner.fetchrow(query)
    assert row is not None
    return row[0], row[1]


async def test_a_watcher_killed_again_and_again_misses_and_doubles_nobody(
    pair: Running, server: postgres.Server
) -> None:
    name = pair.databases["monitoring"].rsplit("/", 1)[1].split("?")[0]
    owner = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    await followed_for_two_days(pair, owner)
    async with httpx.AsyncClient() as anybody:
        before = await anybody.get(pair.url("monitoring") + "/healthz/alerting")
        assert before.status_code == 503, "nobody watches yet"
        chance = random.Random(31)
        unfinished = 0
        for number in range(6):
            pair.start("monitoring-worker")
            await pair.working("monitoring-worker")
            await asyncio.sleep(chance.uniform(0.0, 0.05 + 0.05 * number))
            pair.kill("monitoring-worker")
            unfinished += await found(owner) != (PATIENTS, PATIENTS)
        assert unfinished, "no kill came before everybody was found"
        started = time.monotonic()
        pair.start("monitoring-worker")
        for _ in range(300):
            if await found(owner) == (PATIENTS, PATIENTS):
                break
            await asyncio.sleep(0.2)
        took = time.monotonic() - started
        # All is found; the jobs after it in the same round have yet to run.
        for _ in range(150):
            after = await anybody.get(pair.url("monitoring") + "/healthz/alerting")
            if after.status_code == 200:
                break
            await asyncio.sleep(0.2)
    pair.kill("monitoring-worker")
    assert await found(owner) == (PATIENTS, PATIENTS)
    assert took <= 30
    assert after.status_code == 200, after.text
    await owner.close()
