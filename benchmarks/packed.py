"""bytes_per_reading: what a month of sensors takes on disk once it is packed, against its rows."""

import asyncio
import time
from datetime import timedelta
from uuid import uuid4

import asyncpg

from benchmarks import cgm_panel, place
from benchmarks.report import Figure, figure
from services.monitoring.jobs.packing import AFTER, packing
from shared.db.base import make_engine, make_sessions
from tests.support import postgres

PATIENTS = (5, 40)
MONTH = 31 * 288
_ROWS = "readings_p_2026_03"
_SIZES = f"SELECT pg_total_relation_size('{_ROWS}'), pg_total_relation_size('reading_packs')"


async def run() -> list[Figure]:
    """Fill a month, pack it by the clock's job, and look at the files: table, index and long values together."""
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        few = await _measured(server, PATIENTS[0])
        rows, packed, emptied, rate = await _measured(server, PATIENTS[1])
    setup = (
        f"a month of {PATIENTS[1]} sensors, {PATIENTS[1] * MONTH:,} readings, received one by one; table, index and "
        f"long values, after VACUUM FULL of the closed month; after a plain VACUUM {emptied:.3g}; "
        f"of {PATIENTS[0]} sensors {few[1]:.3g}; packed at {rate:,.0f} readings/s by one worker"
    )
    return [
        figure("bytes_per_reading", packed, "bytes", baseline="the same readings as rows", against=rows, setup=setup)
    ]


async def _measured(server: postgres.Server, patients: int) -> tuple[float, float, float, float]:
    """Bytes a reading as rows, packed, and packed with only a plain VACUUM; readings packed a second."""
    url = await postgres.clone(server, "monitoring")
    name = url.rsplit("/", 1)[1].split("?")[0]
    connection = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    organization, count = uuid4(), patients * MONTH
    await cgm_panel.fill(connection, organization, 1, patients, points=MONTH)
    before = await _bytes(connection)
    engine = make_engine(url)
    job, started = packing(AFTER), time.perf_counter()
    done = await job(make_sessions(engine), [organization], cgm_panel.FIRST + timedelta(days=100))
    took = time.perf_counter() - started
    await engine.dispose()
    assert done == count, (done, count)
    await connection.execute(f"VACUUM ANALYZE {_ROWS}, reading_packs")
    plain = await _bytes(connection)
    await connection.execute(f"VACUUM FULL {_ROWS}")
    full = await _bytes(connection)
    await connection.close()
    return before / count, full / count, plain / count, count / took


async def _bytes(connection: asyncpg.Connection) -> int:
    return sum(await connection.fetchrow(_SIZES))
