"""Whoever packs, looks, resumes and plans check-ins may be killed anywhere: all is done once, nothing is lost (F4)."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from shared.vocabulary import Role
from tests.support import postgres
from tests.support.makers_monitoring import agreed, identity
from tests.support.running import Running, running

PATIENTS, PAUSED, SENSORS, READINGS = 24, 8, 12, 2_000
WORKER = "monitoring-worker"

# A month that closed long ago, every fifteen minutes.
FILL = """
INSERT INTO readings (organization_id, patient_id, metric, observed_at, source, value, unit, canonical, offset_minutes,
  received_at, status, flags, version)
SELECT p.organization_id, p.id, 'glucose_cgm', t.at, 'sensor', 80 + k % 97, 'mg/dL', 80 + k % 97, 0,
  t.at + interval '7 seconds', 'final', '{}', 1
FROM (SELECT * FROM patients ORDER BY id LIMIT $1::int) p, generate_series(1, $2::int) k,
  LATERAL (SELECT date_trunc('month', now() - interval '120 days', 'UTC') + k * interval '15 minutes' AS at) t
"""
DUE = (
    "UPDATE enrollments SET look_due_at = now() - interval '1 hour'",
    "UPDATE enrollments SET paused_until = now() - interval '1 minute' WHERE state = 'paused'",
)
DONE = {
    "not looked at": "SELECT count(*) FROM enrollments WHERE look_due_at <= now()",
    "paused": "SELECT count(*) FROM enrollments WHERE state = 'paused'",
    "without a check-in": "SELECT count(*) FROM enrollments e WHERE NOT EXISTS (SELECT FROM check_in_enrollments c"
    " WHERE c.enrollment_id = e.id AND c.open)",
    "not packed": "SELECT count(*) FROM readings",
}


@pytest.fixture(scope="module")
async def pair(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Monitoring as a process; its worker is started and killed by the test."""
    async with running(server, tmp_path_factory.mktemp("killed"), "monitoring") as found:
        yield found


async def prepared(pair: Running, owner: asyncpg.Connection) -> None:
    """Everybody is due to be looked at and has no check-in yet; some pauses are over; sensors are to be packed."""
    given = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    asked: dict[str, Any] = {"protocol": "diabetes", "tier": "rising", "reason": "Discharged"}
    asked["consents"] = [agreed(given)]
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    async with pair.client("monitoring", Role.CASE_MANAGER) as nurse:
        for number in range(PATIENTS):
            body = {**asked, "patient": {"version": 1, **identity()}}
            enrolled = (await nurse.post("/v1/enrollments", json=body)).raise_for_status().json()
            if number < PAUSED:
                path = f"/v1/enrollments/{enrolled['id']}/pause"
                away = {"kind": "travel", "reason": "Visits her sister", "until": until}
                (await nurse.post(path, json=away, headers={"If-Match": '"1"'})).raise_for_status()
    await owner.execute(FILL, SENSORS, READINGS)
    for statement in DUE:
        await owner.execute(statement)


async def left(owner: asyncpg.Connection) -> dict[str, int]:
    """What the jobs have not done yet, by job."""
    found = {name: await owner.fetchval(query) for name, query in DONE.items()}
    return {name: count for name, count in found.items() if count}


async def charts(pair: Running, owner: asyncpg.Connection) -> list[Any]:
    """What is read of the sensors."""
    patients = await owner.fetch("SELECT id FROM patients ORDER BY id LIMIT $1", SENSORS)
    window = {"metric": "glucose_cgm", "from": "2020-01-01T00:00:00Z", "to": datetime.now(UTC).isoformat()}
    async with pair.client("monitoring", Role.CASE_MANAGER) as nurse:
        found = []
        for row in patients:
            asked = {"patient_id": str(row["id"]), "points": "20000", **window}
            chart = (await nurse.get("/v1/readings/series", params=asked)).raise_for_status().json()
            found.append([chart[name] for name in ("observed_at", "values", "reading_ids")])
        return found


async def test_a_worker_killed_in_its_clock_jobs_does_each_of_them_once(pair: Running, server: postgres.Server) -> None:
    name = pair.databases["monitoring"].rsplit("/", 1)[1].split("?")[0]
    owner = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    await prepared(pair, owner)
    before = await charts(pair, owner)
    assert [len(chart[0]) for chart in before] == [READINGS] * SENSORS
    chance = random.Random(4)
    unfinished = 0
    for number in range(8):
        pair.start(WORKER)
        await pair.working(WORKER)
        await asyncio.sleep(chance.uniform(0.0, 0.05 + 0.1 * number))
        pair.kill(WORKER)
        unfinished += bool(await left(owner))
    assert unfinished, "no kill came before everything was done"
    started = time.monotonic()
    pair.start(WORKER)
    for _ in range(300):
        if not await left(owner):
            break
        await asyncio.sleep(0.2)
    took = time.monotonic() - started
    pair.kill(WORKER)
    assert await left(owner) == {}
    assert took <= 60
    assert await charts(pair, owner) == before
    once = (
        "SELECT count(*), count(DISTINCT enrollment_id) FROM enrollment_acts WHERE act = 'resume'",
        "SELECT count(*), count(DISTINCT patient_id) FROM check_ins",
        "SELECT count(*), count(DISTINCT enrollment_id) FROM check_in_enrollments",
    )
    assert [tuple(await owner.fetchrow(query)) for query in once] == [(PAUSED,) * 2, (PATIENTS,) * 2, (PATIENTS,) * 2]
    packed = "SELECT sum(cardinality(steps)), (SELECT count(*) FROM job_failures) FROM reading_packs"
    assert tuple(await owner.fetchrow(packed)) == (READINGS * SENSORS, 0)
    await owner.close()
