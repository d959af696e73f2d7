"""reading_single_vs_insert: one reading through every door, against one bare INSERT per transaction by asyncpg."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import orjson

from benchmarks.panel import COLUMNS, ENROLLED, PATIENTS, PROCESSES, Panel, as_rows, panel
from benchmarks.report import Figure, figure
from shared.vocabulary import Role

CLIENTS = 8
WARM_UP = 500
READINGS = 4_000
INSERT = f"INSERT INTO readings ({', '.join(COLUMNS)}) VALUES ({', '.join(f'${n + 1}' for n in range(len(COLUMNS)))})"


async def run() -> list[Figure]:
    """Both with the same number of clients, in one run, into the same kind of table."""
    async with panel() as clinic:
        days = range(-(-(WARM_UP + READINGS) // PATIENTS))
        items = [item for day in days for item in clinic.readings(day)][: WARM_UP + READINGS]
        ours = await _through_http(clinic, items)
        bare = await _inserted(clinic, items[WARM_UP:])
    setup = (
        f"{READINGS:,} readings, {CLIENTS} clients each, {PROCESSES} uvicorn processes, "
        f"{PATIENTS:,} enrolled patients; fsync on"
    )
    return [
        figure("reading_single_vs_insert", ours, "readings/s", baseline="bare asyncpg INSERT, 1 transaction each",
               against=bare, setup=setup)
    ]  # fmt: skip


async def _through_http(clinic: Panel, items: list[dict[str, Any]]) -> float:
    waiting = [orjson.dumps(item) for item in reversed(items)]
    async with clinic.client(Role.INTEGRATION, now=ENROLLED + timedelta(days=60)) as device:

        async def send(count: int) -> None:
            while len(waiting) > count:
                headers = {"Content-Type": "application/json"}
                answer = await device.post("/v1/readings", content=waiting.pop(), headers=headers)
                assert answer.status_code == 201, answer.text

        await send(READINGS)
        started = time.perf_counter()
        await asyncio.gather(*(send(0) for _ in range(CLIENTS)))
        return READINGS / (time.perf_counter() - started)


async def _inserted(clinic: Panel, items: list[dict[str, Any]]) -> float:
    waiting = as_rows(clinic, items)
    connections = [await clinic.bare()]
    connections += [await clinic.another(connections[0]) for _ in range(CLIENTS - 1)]

    async def insert(connection: Any) -> None:
        while waiting:
            await connection.execute(INSERT, *waiting.pop())

    started = time.perf_counter()
    await asyncio.gather(*(insert(connection) for connection in connections))
    took = time.perf_counter() - started
    for connection in connections:
        await connection.close()
    return READINGS / took
