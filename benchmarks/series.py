"""series_14d_cgm_ms: the 4,032 points of one patient's two weeks among many, in the database and over HTTP."""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import asyncpg

from benchmarks import cgm_panel, place
from benchmarks.cgm_panel import FIRST, POINTS, patient
from benchmarks.report import Figure, figure, quantile
from services.monitoring.store import reading_charts
from shared.db.base import make_engine, make_sessions
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import Running, running

PATIENTS = (50, 500)
CHARTS = 100
END = FIRST + timedelta(days=15)
_ROWS = (
    "SELECT * FROM readings WHERE patient_id = $1 AND metric = 'glucose_cgm' AND observed_at >= $2"
    " AND observed_at < $3 AND status <> 'entered-in-error' ORDER BY observed_at"
)
Chart = Callable[[int], Awaitable[int]]


async def run() -> list[Figure]:
    """The same patients asked for three ways, in a smaller table first."""
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        with tempfile.TemporaryDirectory() as folder:
            async with running(server, Path(folder), "monitoring", copied=False) as pair:
                known = 0
                grown = []
                for count in PATIENTS:
                    connection = await cgm_panel.owner(server, pair)
                    await cgm_panel.fill(connection, pair.organization, known + 1, count, points=POINTS)
                    known = count
                    rows = await _rows(connection, known)
                    grown.append((await _in_database(pair, known), await _over_http(pair, known), rows))
                    await connection.close()
    (small, small_http, _), (stored, http, rows) = grown
    setup = (
        f"median of {CHARTS} charts of {POINTS:,} points, each of a patient drawn from {PATIENTS[-1]} "
        f"({PATIENTS[-1] * POINTS:,} readings in the order of arrival), all in memory; {{}} among "
        f"{PATIENTS[0] * POINTS:,}; p99 {{}} ms"
    )
    against = "the same rows fetched one record a reading by asyncpg"
    middle = quantile(rows, 0.5)
    return [
        figure("series_14d_cgm_ms", quantile(stored, 0.5), "ms", baseline=against, against=middle,
               setup=setup.format(_said(small), f"{quantile(stored, 0.99):.1f}")),
        figure("series_14d_cgm_http_ms", quantile(http, 0.5), "ms", baseline=against, against=middle,
               setup="GET /v1/readings/series with points=20000 (nothing thinned), one client, one process; "
               + setup.format(_said(small_http), f"{quantile(http, 0.99):.1f}")),
    ]  # fmt: skip


def _said(took: Sequence[float]) -> str:
    return f"{quantile(took, 0.5):.1f} ms"


async def _timed(count: int, chart: Chart) -> list[float]:
    chance = random.Random("charts")
    took = []
    for _ in range(CHARTS):
        number = chance.randint(1, count)
        started = time.perf_counter()
        assert await chart(number) == POINTS
        took.append((time.perf_counter() - started) * 1000)
    return took


async def _rows(connection: asyncpg.Connection, count: int) -> list[float]:
    async def chart(number: int) -> int:
        return len(await connection.fetch(_ROWS, patient(number), FIRST, END))

    return await _timed(count, chart)


async def _in_database(pair: Running, count: int) -> list[float]:
    engine = make_engine(pair.databases["monitoring"])
    async with transaction(make_sessions(engine), pair.organization, read_only=True) as tx:

        async def chart(number: int) -> int:
            found = await reading_charts.series(tx, patient(number), "glucose_cgm", FIRST, END, limit=200_000)
            return len(found.values)

        took = await _timed(count, chart)
    await engine.dispose()
    return took


async def _over_http(pair: Running, count: int) -> list[float]:
    async with pair.client("monitoring", Role.CASE_MANAGER) as nurse:

        async def chart(number: int) -> int:
            asked: dict[str, str | int] = {"patient_id": str(patient(number)), "metric": "glucose_cgm"}
            asked |= {"points": 20_000, "from": FIRST.isoformat(), "to": END.isoformat()}
            answer = (await nurse.get("/v1/readings/series", params=asked)).raise_for_status()
            # Looked for, not parsed: what a client does with the points is not what is timed.
            return POINTS if b'"readings":%d' % POINTS in answer.content else 0

        return await _timed(count, chart)
