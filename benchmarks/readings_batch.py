"""readings_batch_vs_copy: 1,000-reading batches through every door, against COPY of the same rows."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson

from benchmarks.load import connect, prepared, sent
from benchmarks.panel import BATCH, COLUMNS, ENROLLED, PATIENTS, PROCESSES, Panel, as_rows, panel
from benchmarks.report import Figure, figure

WARM_UP = 8
BATCHES = 80
CLIENTS = 4


async def run() -> list[Figure]:
    """With one process and with two; each in one run with COPY of the same rows in the same batches."""
    return [await _figure(processes) for processes in PROCESSES]


async def _figure(processes: int) -> Figure:
    async with panel(processes) as clinic:
        batches = list(_batches(clinic))
        ours = await _through_http(clinic, [orjson.dumps(batch) for batch in batches])
        copied = await _copied(clinic, batches[WARM_UP:])
        alerts = await clinic.alerts()
    setup = (
        f"{BATCHES} JSON batches of {BATCH:,}, each with a key of its own, {CLIENTS} clients against 1 connection, "
        f"uvicorn processes: {processes}, {PATIENTS:,} enrolled patients, as many under each of the six protocols, "
        f"{alerts} alerts raised; fsync on"
    )
    name = "readings_batch_vs_copy" if processes == 1 else f"readings_batch_vs_copy_{processes}_processes"
    return figure(
        name, ours, "readings/s", baseline="COPY in batches of 1,000, 1 transaction each", against=copied, setup=setup
    )


def _batches(clinic: Panel) -> Iterator[list[dict[str, Any]]]:
    """Day by day, a thousand readings after the other, as from so many gateways."""
    day, waiting = 0, list[dict[str, Any]]()
    for _ in range(WARM_UP + BATCHES):
        while len(waiting) < BATCH:
            waiting += clinic.readings(day)
            day += 1
        yield waiting[:BATCH]
        del waiting[:BATCH]


async def _through_http(clinic: Panel, bodies: list[bytes]) -> float:
    headers = clinic.headers(ENROLLED + timedelta(days=WARM_UP + BATCHES))
    requests = [prepared("/v1/readings/batch", {**headers, "Idempotency-Key": str(uuid4())}, body) for body in bodies]
    lines = [await connect(clinic.pair.url("monitoring")) for _ in range(CLIENTS)]
    answers = await sent(lines, requests[:WARM_UP])
    started = time.perf_counter()
    answers += await sent(lines, requests[WARM_UP:])
    took = time.perf_counter() - started
    for line in lines:
        line.close()
    assert all(orjson.loads(body)["stored"] == BATCH for _, body in answers), answers[-1][1][:500]
    return BATCHES * BATCH / took


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
