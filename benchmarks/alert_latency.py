"""alert_latency_p99_s: from sending a reading to its alert being committed, at the rate of a million sensors."""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson

from benchmarks import enrolling, place
from benchmarks.cgm_panel import owner
from benchmarks.load import Line, connect, prepared
from benchmarks.panel import COLUMNS, ENROLLED
from benchmarks.report import Figure, figure, quantile
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import Running, running

ENROLLMENTS = tuple(int(each) for each in os.environ.get("ALERT_ENROLLMENTS", "10000,200000").split(","))
RATE = 3_333
BATCH = 100
SECONDS = 20
PROCESSES = 2
LINES = 16
# A panel that is followed, not one of which everybody begins today: the first reading of each is told to coordination.
_FOLLOWED = "UPDATE enrollments SET first_reading_at = activated_at WHERE first_reading_at IS NULL"
Send = Callable[[int], Awaitable[bool]]
Batch = list[dict[str, Any]]


async def run() -> list[Figure]:
    """The load over a small panel, then over a large one; then the same rows by COPY at the same rate."""
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        with tempfile.TemporaryDirectory() as folder:
            async with running(server, Path(folder), "monitoring", workers=PROCESSES, copied=False) as pair:
                connection = await owner(server, pair)
                first = await _enrolled(pair)
                known, seen = 0, []
                for day, count in enumerate(ENROLLMENTS, 1):
                    await enrolling.multiply(connection, first, known + 1, count)
                    await connection.execute(_FOLLOWED)
                    await connection.execute(f"VACUUM ANALYZE {', '.join(enrolling.TABLES)}")
                    known = count
                    seen.append(await _through_http(pair, _ids(first, count), day))
                copied = await _copied(connection, pair.organization, _ids(first, known))
                await connection.close()
    (few, _), (took, late) = seen[0], seen[-1]
    setup = (
        f"{RATE:,} readings/s for {SECONDS} s, open loop, in requests of {BATCH}, each with a key of its own, "
        f"{PROCESSES} uvicorn processes, {LINES} connections, "
        f"{ENROLLMENTS[-1]:,} enrollments under diabetes, followed before, one reading at a time; from the "
        f"planned sending of a request to its answer, which starts after the commit, of the {len(took)} requests "
        "that raised alerts; "
        f"p50 {quantile(took, 0.5):.3f} s; among {ENROLLMENTS[0]:,} enrollments p99 {quantile(few, 0.99):.3f} s; "
        f"the last request of all was answered {late:.1f} s after it was planned; fsync on"
    )
    return [
        figure("alert_latency_p99_s", quantile(took, 0.99), "s", setup=setup, against=quantile(copied, 0.99),
               baseline="COPY of the same rows at the same rate, one transaction a request, p99")
    ]  # fmt: skip


async def _enrolled(pair: Running) -> UUID:
    async with pair.client("monitoring", Role.CASE_MANAGER, now=ENROLLED.isoformat()) as nurse:
        return await enrolling.through_api(nurse, "diabetes", 1, ENROLLED)


def _ids(first: UUID, count: int) -> list[UUID]:
    found = [enrolling.copy_of(first, number) for number in range(1, count + 1)]
    random.Random("patients").shuffle(found)
    return found


def _batches(ids: Sequence[UUID], day: int) -> list[Batch]:
    chance = random.Random(f"day {day}")
    at = ENROLLED + timedelta(days=day)
    readings = [
        {"patient_id": str(ids[number % len(ids)]), "metric": "glucose_smbg", "unit": "mg/dL", "source": "meter",
         "observed_at": (at + timedelta(seconds=number)).isoformat(), "value": max(30, round(chance.gauss(140, 35)))}
        for number in range(RATE * SECONDS // BATCH * BATCH)
    ]  # fmt: skip
    return [readings[place : place + BATCH] for place in range(0, len(readings), BATCH)]


async def _open_loop(count: int, send: Send) -> tuple[list[float], float]:
    """Seconds from each planned instant to the end of its work where that counts, and of the last of all."""
    took: list[float] = []
    last = 0.0

    async def one(number: int, planned: float) -> None:
        nonlocal last
        counts = await send(number)
        last = time.perf_counter() - planned
        if counts:
            took.append(last)

    started = time.perf_counter() + 0.1
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            planned = started + number * BATCH / RATE
            await asyncio.sleep(max(0.0, planned - time.perf_counter()))
            group.create_task(one(number, planned))
    return took, last


async def _through_http(pair: Running, ids: Sequence[UUID], day: int) -> tuple[list[float], float]:
    now = (ENROLLED + timedelta(days=day + 2)).isoformat()
    said = pair.client("monitoring", Role.INTEGRATION, now=now).headers
    headers = {name: said[name] for name in ("authorization", "careweave-now")}
    requests = [
        prepared("/v1/readings/batch", {**headers, "Idempotency-Key": str(uuid4())}, orjson.dumps(batch))
        for batch in _batches(ids, day)
    ]
    free: asyncio.Queue[Line] = asyncio.Queue()
    for _ in range(LINES):
        free.put_nowait(await connect(pair.url("monitoring")))

    async def send(number: int) -> bool:
        line = await free.get()
        try:
            status, body = await line.send(requests[number])
        finally:
            free.put_nowait(line)
        if status == 503:
            # Asked to repeat in a few seconds, a device repeats; its clock goes on.
            await asyncio.sleep(1)
            return await send(number)
        assert status == 200, body[:500]
        found = orjson.loads(body)
        assert found["stored"] == BATCH, body[:500]
        return bool(found["alerts"])

    seen = await _open_loop(len(requests), send)
    while not free.empty():
        free.get_nowait().close()
    return seen


async def _copied(connection: asyncpg.Connection, organization: UUID, ids: Sequence[UUID]) -> list[float]:
    batches = [[_row(each, organization) for each in batch] for batch in _batches(ids, 9)]

    async def send(number: int) -> bool:
        # One connection, so that COPYs wait for one another as little as the rate lets them.
        async with turn, connection.transaction():
            await connection.copy_records_to_table("readings", records=batches[number], columns=list(COLUMNS))
        return True

    turn = asyncio.Lock()
    return (await _open_loop(len(batches), send))[0]


def _row(each: dict[str, Any], organization: UUID) -> tuple[Any, ...]:
    value = Decimal(each["value"])
    at = datetime.fromisoformat(each["observed_at"])
    return (UUID(each["patient_id"]), each["metric"], at, each["source"], value, each["unit"], value, 0, at, "final",
            [], 1, organization)  # fmt: skip
