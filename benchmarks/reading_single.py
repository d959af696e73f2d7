"""reading_single_vs_insert: one reading through every door, against one bare INSERT per transaction by asyncpg."""

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson

from benchmarks.load import connect, prepared, sent
from benchmarks.panel import COLUMNS, ENROLLED, PATIENTS, PROCESSES, Panel, as_rows, panel
from benchmarks.report import Figure, figure

CLIENTS = (8, 64, 90)
WARM_UP = 1_000
READINGS = 8_000
INSERT = f"INSERT INTO readings ({', '.join(COLUMNS)}) VALUES ({', '.join(f'${n + 1}' for n in range(len(COLUMNS)))})"


async def run() -> list[Figure]:
    """With one process and two, few clients and many; each in one run with as many that insert into such a table."""
    return [each for processes in PROCESSES for each in await _figures(processes)]


async def _figures(processes: int) -> list[Figure]:
    async with panel(processes) as clinic:
        days = range(-(-(WARM_UP + READINGS * len(CLIENTS)) // PATIENTS))
        items = [item for day in days for item in clinic.readings(day)]
        await _through_http(clinic, items[:WARM_UP], max(CLIENTS))
        del items[:WARM_UP]
        return [
            await _figure(clinic, items[READINGS * n : READINGS * (n + 1)], processes, clients)
            for n, clients in enumerate(CLIENTS)
        ]


async def _figure(clinic: Panel, items: list[dict[str, Any]], processes: int, clients: int) -> Figure:
    before = await clinic.alerts()
    ours = await _through_http(clinic, items, clients)
    bare = await _inserted(clinic, items, clients)
    setup = (
        f"{READINGS:,} readings, each with a key of its own, {clients} clients on either side, uvicorn processes: "
        f"{processes}, {PATIENTS:,} enrolled patients under the six protocols, {await clinic.alerts() - before} alerts "
        "raised; fsync on"
    )
    name = "reading_single_vs_insert" if processes == 1 else f"reading_single_vs_insert_{processes}_processes"
    return figure(
        name if clients == CLIENTS[0] else f"{name}_{clients}_clients",
        ours,
        "readings/s",
        baseline="bare asyncpg INSERT, 1 transaction each",
        against=bare,
        setup=setup,
    )


async def _through_http(clinic: Panel, items: list[dict[str, Any]], clients: int) -> float:
    headers = clinic.headers(ENROLLED + timedelta(days=60))
    requests = [
        prepared("/v1/readings", {**headers, "Idempotency-Key": str(uuid4())}, orjson.dumps(item)) for item in items
    ]
    lines = [await connect(clinic.pair.url("monitoring")) for _ in range(clients)]
    started = time.perf_counter()
    answers = await sent(lines, requests)
    took = time.perf_counter() - started
    assert {status for status, _ in answers} == {201}, next(body for status, body in answers if status != 201)
    for line in lines:
        line.close()
    return len(items) / took


async def _inserted(clinic: Panel, items: list[dict[str, Any]], clients: int) -> float:
    waiting = as_rows(clinic, items)
    connections = [await clinic.bare()]
    connections += [await clinic.another(connections[0]) for _ in range(clients - 1)]

    async def insert(connection: Any) -> None:
        while waiting:
            await connection.execute(INSERT, *waiting.pop())

    started = time.perf_counter()
    await asyncio.gather(*(insert(connection) for connection in connections))
    took = time.perf_counter() - started
    for connection in connections:
        await connection.close()
    return len(items) / took
