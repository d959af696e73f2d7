"""bytes_per_reading: what a month of sensors takes on disk once it is packed, against its rows."""

import asyncio
import time
from dataclasses import dataclass
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
NOW = cgm_panel.FIRST + timedelta(days=100)
_ROWS = "readings_p_2026_03"
_SIZES = f"SELECT pg_total_relation_size('{_ROWS}'), pg_total_relation_size('reading_packs')"


@dataclass(frozen=True, slots=True)
class Measured:
    """Bytes a reading as rows, once vacuumed, and once the job has given the room back; readings packed a second."""

    rows: float
    vacuumed: float
    packed: float
    rate: float


async def run() -> list[Figure]:
    """Fill a month, pack it by the clock's job, and look at the files: table, index and long values together."""
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        few = await _measured(server, PATIENTS[0], "mg/dL")
        found = {unit: await _measured(server, PATIENTS[1], unit) for unit in ("mg/dL", "mmol/L")}
    return [
        figure(name, found[unit].packed, "bytes", baseline="the same readings as rows", against=found[unit].rows,
               setup=_setup(unit, found[unit], few))
        for name, unit in (("bytes_per_reading", "mg/dL"), ("bytes_per_reading_mmol", "mmol/L"))
    ]  # fmt: skip


def _setup(unit: str, found: Measured, few: Measured) -> str:
    return (
        f"a month of {PATIENTS[1]} sensors in {unit}, {PATIENTS[1] * MONTH:,} readings, received one by one; table, "
        f"index and long values, after packing, a plain VACUUM ({found.vacuumed:.3g}) and the job's next round; of "
        f"{PATIENTS[0]} sensors in mg/dL {few.packed:.3g}; packed at {found.rate:,.0f} readings/s by one worker"
    )


async def _measured(server: postgres.Server, patients: int, unit: str) -> Measured:
    url = await postgres.clone(server, "monitoring")
    name = url.rsplit("/", 1)[1].split("?")[0]
    connection = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    organization, count = uuid4(), patients * MONTH
    await cgm_panel.fill(connection, organization, 1, patients, points=MONTH, unit=unit)
    before = await _bytes(connection)
    engine = make_engine(url)
    job, sessions, started = packing(AFTER), make_sessions(engine), time.perf_counter()
    done = await job(sessions, [organization], NOW)
    took = time.perf_counter() - started
    assert done == count, (done, count)
    await connection.execute(f"VACUUM ANALYZE {_ROWS}, reading_packs")
    # What the statistics say of a table arrives within a second of the transaction's end.
    await asyncio.sleep(1.5)
    vacuumed = await _bytes(connection)
    await job(sessions, [organization], NOW)
    packed = await _bytes(connection)
    await engine.dispose()
    await connection.close()
    return Measured(before / count, vacuumed / count, packed / count, count / took)


async def _bytes(connection: asyncpg.Connection) -> int:
    return sum(await connection.fetchrow(_SIZES))
