"""A dry run is killed in its request and in the worker: nothing is half done, and it ends as if undisturbed."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from benchmarks import enrolling
from services.monitoring.usecases.dry_run_slices import SLICE
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.revising import with_bounds
from tests.support.running import Running, running

PATIENTS = 3 * SLICE + 7
SERVICE, WORKER = "monitoring", "monitoring-worker"
PATH = "/v1/protocols/diabetes/versions"
# Twenty days with a value each fifteen hours; every patient's a little different, with spells beyond the bounds.
FILL = """
INSERT INTO readings (organization_id, patient_id, metric, observed_at, source, value, unit, canonical, offset_minutes,
  received_at, status, flags, version)
SELECT p.organization_id, p.id, 'glucose_smbg', t.at, 'meter', v.value, 'mg/dL', v.value, 0, t.at, 'final', '{}', 1
FROM (SELECT *, row_number() OVER (ORDER BY id) AS number FROM patients) p, generate_series(1, 32) k,
  LATERAL (SELECT now() - interval '21 days' + k * interval '15 hours' AS at) t,
  LATERAL (SELECT 48 + (k * 37 + p.number * 11) % 240 AS value) v
"""


@pytest.fixture(scope="module")
async def pair(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Monitoring as a process; its worker is started and killed by the test."""
    async with running(server, tmp_path_factory.mktemp("dry"), SERVICE) as found:
        yield found


async def prepared(pair: Running, owner: asyncpg.Connection) -> dict[str, Any]:
    """Everybody followed for six weeks, and a validated version that calls earlier."""
    async with pair.client(SERVICE, Role.CASE_MANAGER) as nurse:
        await enrolling.enroll(nurse, owner, {"diabetes": PATIENTS}, datetime.now(UTC) - timedelta(minutes=1))
    await owner.execute("UPDATE enrollments SET activated_at = activated_at - interval '42 days'")
    await owner.execute(FILL)
    authority = {"person": "prescriber-1", "license": "MD-0", "classes": [], "since": "2026-01-01"}
    async with pair.client(SERVICE, Role.CLINIC_ADMIN) as admin:
        await good(admin.post("/v1/prescribers", json=authority))
    async with pair.client(SERVICE, Role.SUPERVISOR) as author:
        drafted = await good(author.post(PATH, json={"based_on": "1.0.0", "reason": "We call earlier"}))
        path = f"{PATH}/{drafted['name']}"
        content = with_bounds(drafted["content"], {"high": ("220", "12.2"), "very_low": ("50", "2.8")})
        revised = await good(author.put(f"{path}/content", json={"content": content}, headers=tag(drafted)))
        validated: dict[str, Any] = await good(
            author.post(f"{path}/validate", json={"prescriber": authority["person"]}, headers=tag(revised))
        )
    return validated


def tag(version: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{version["version"]}"'}


async def good(asked: Any) -> Any:
    answer = await asked
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def runs(pair: Running, version: dict[str, Any]) -> list[dict[str, Any]]:
    async with pair.client(SERVICE, Role.SUPERVISOR) as anybody:
        found: list[dict[str, Any]] = (await good(anybody.get(f"{PATH}/{version['name']}/dry-runs")))["items"]
    return found


async def asked_for(pair: Running, version: dict[str, Any], period: dict[str, str], key: str) -> Any:
    """Begin a dry run under a key."""
    async with pair.client(SERVICE, Role.SUPERVISOR) as author:
        headers = {**tag(version), "Idempotency-Key": key}
        return await good(author.post(f"{PATH}/{version['name']}/dry-run", json=period, headers=headers))


async def ended(pair: Running, version: dict[str, Any], run_id: str) -> dict[str, Any]:
    """The report, once its run is over."""
    async with asyncio.timeout(180):
        while True:
            (found,) = [each for each in await runs(pair, version) if each["id"] == run_id]
            if found["state"] != "running":
                return found
            await asyncio.sleep(0.2)


async def listed(pair: Running, version: dict[str, Any], run_id: str) -> list[tuple[Any, ...]]:
    """The alerts behind a report, in their order."""
    found: list[tuple[Any, ...]] = []
    path, cursor = f"{PATH}/{version['name']}/dry-runs/{run_id}/alerts", None
    async with pair.client(SERVICE, Role.SUPERVISOR) as anybody:
        while True:
            asked = {"limit": "200", **({"cursor": cursor} if cursor else {})}
            page = await good(anybody.get(path, params=asked))
            found += [tuple(value for name, value in each.items() if name != "seq") for each in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                return found


async def test_killed_anywhere_a_dry_run_is_whole_and_a_second_one_says_the_same(
    pair: Running, server: postgres.Server
) -> None:
    name = pair.databases[SERVICE].rsplit("/", 1)[1].split("?")[0]
    owner = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    version = await prepared(pair, owner)
    now = datetime.now(UTC)
    period = {"starts_at": (now - timedelta(days=20)).isoformat(), "ends_at": (now - timedelta(hours=1)).isoformat()}
    chance, key = random.Random(12), str(uuid4())
    for longest in (0.05, 0.2, 0.6):
        request = asyncio.create_task(asked_for(pair, version, period, key))
        await asyncio.sleep(chance.uniform(0, longest))
        pair.kill(SERVICE)
        with suppress(httpx.HTTPError, AssertionError):
            await request
        pair.start(SERVICE)
        await pair.ready(SERVICE)
        # Either it was never asked for, or its first slice is whole.
        assert [(each["enrollments"], each["state"]) for each in await runs(pair, version)] in (
            [],
            [(SLICE, "running")],
        )
    begun = await asked_for(pair, version, period, key)
    assert [each["id"] for each in await runs(pair, version)] == [begun["id"]], "one run under one key"
    seen = set()
    for number in range(5):
        pair.start(WORKER)
        await pair.working(WORKER)
        await asyncio.sleep(chance.uniform(0, 0.3 + 0.2 * number))
        pair.kill(WORKER)
        (run,) = await runs(pair, version)
        seen.add(run["enrollments"])
    assert all(each == PATIENTS or each % SLICE == 0 for each in seen), seen
    assert seen - {PATIENTS}, "no kill came before everything was done"
    pair.start(WORKER)
    done = await ended(pair, version, begun["id"])
    undisturbed = await asked_for(pair, version, period, str(uuid4()))
    again = await ended(pair, version, undisturbed["id"])
    pair.kill(WORKER)
    apart = {"id", "ran_at", "finished_at"}
    assert {k: v for k, v in done.items() if k not in apart} == {k: v for k, v in again.items() if k not in apart}
    assert (done["state"], done["enrollments"]) == ("done", PATIENTS)
    alerts = await listed(pair, version, done["id"])
    assert alerts == await listed(pair, version, again["id"])
    assert len(alerts) == len(set(alerts)) > PATIENTS
    await owner.close()
