"""readings_batch_vs_copy: 1,000-reading batches through every door, against COPY of the same rows."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import orjson

from benchmarks.panel import BATCH, COLUMNS, ENROLLED, PATIENTS, PROCESSES, Panel, as_rows, panel
from benchmarks.report import Figure, figure
from shared.vocabulary import Role

WARM_UP = 4
BATCHES = 80
CLIENTS = 4


async def run() -> list[Figure]:
    """Both in one run: first the service, then COPY of the same rows in the same batches."""
    async with panel() as clinic:
        batches = list(_batches(clinic))
        ours, alerts = await _through_http(clinic, [orjson.dumps(batch) for batch in batches])
        copied = await _copied(clinic, batches[WARM_UP:])
    setup = (
        f"{BATCHES} JSON batches of {BATCH:,}, {CLIENTS} clients, {PROCESSES} uvicorn processes, "
        f"{PATIENTS:,} enrolled patients (half diabetes, half heart failure), {alerts} alerts written; fsync on"
    )
    return [
        figure("readings_batch_vs_copy", ours, "readings/s", baseline="COPY in batches of 1,000, 1 transaction each",
               against=copied, setup=setup)
    ]  # fmt: skip


def _batches(clinic: Panel) -> Iterator[list[dict[str, Any]]]:
    """Day by day, a batch of every thousand patients, as from so many gateways."""
    parts = PATIENTS // BATCH
    for number in range(WARM_UP + BATCHES):
        day, part = divmod(number, parts)
        yield clinic.readings(day)[part * BATCH : (part + 1) * BATCH]


async def _through_http(clinic: Panel, bodies: list[bytes]) -> tuple[float, int]:
    now = ENROLLED + timedelta(days=WARM_UP + BATCHES)
    waiting = list(reversed(bodies))
    async with clinic.client(Role.INTEGRATION, now=now) as device:

        async def send(count: int) -> None:
            while len(waiting) > count:
                body = waiting.pop()
                headers = {"Content-Type": "application/json"}
                answer = (await device.post("/v1/readings/batch", content=body, headers=headers)).raise_for_status()
                assert orjson.loads(answer.content)["stored"] == BATCH, answer.text[:500]

        await send(BATCHES)
        started = time.perf_counter()
        await asyncio.gather(*(send(0) for _ in range(CLIENTS)))
        took = time.perf_counter() - started
    return BATCHES * BATCH / took, await _alerts(clinic)


async def _alerts(clinic: Panel) -> int:
    name = clinic.pair.databases["monitoring"].rsplit("/", 1)[1].split("?")[0]
    connection = await asyncpg.connect(clinic.server.url(name).replace("+asyncpg", ""))
    count: int = await connection.fetchval("SELECT count(*) FROM alerts")
    await connection.close()
    return count


async def _copied(clinic: Panel, days: list[list[dict[str, object]]]) -> float:
    batches = [as_rows(clinic, day) for day in days]
    connection = await clinic.bare()
    # A partitioned table is what the service writes to, so COPY writes to the same.
    started = time.perf_counter()
    for batch in batches:
        async with connection.transaction():
            await connection.copy_records_to_table("readings", records=batch, columns=list(COLUMNS))
    took = time.perf_counter() - started
    await connection.close()
    return BATCHES * BATCH / took
