"""A month that was packed gives its room back without a VACUUM FULL, loses nothing, and holds nobody up (F26)."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.monitoring.jobs.packing import AFTER, packing
from services.monitoring.store import patients, reading_partitions, readings
from services.monitoring.store.readings import New, Window
from shared.db.base import Sessions, make_engine, make_sessions
from shared.db.session import EVERY, transaction
from tests.support import postgres

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
NOW = datetime(2026, 9, 20, tzinfo=UTC)
PATIENTS = 4
SIZE = "SELECT pg_total_relation_size('readings_p_2026_03')"
PEOPLE = """
INSERT INTO patients (id, organization_id, source_version, family, given, birth_date, sex, time_zone, version,
  created_at, updated_at)
SELECT md5('p' || n)::uuid, $1, 1, 'Example', 'Number ' || n, '1960-01-01', 'female', 'America/New_York', 1, now(),
  now()
FROM generate_series(1, $2::int) n
"""
# Every five minutes a value in mmol/L; one in a thousand carries a flag and stays a row.
SENSORS = """
INSERT INTO readings (organization_id, patient_id, metric, observed_at, source, value, unit, canonical, offset_minutes,
  received_at, status, flags, version)
SELECT $1, md5('p' || n)::uuid, 'glucose_cgm', t.at, 'sensor', v.value, 'mmol/L', v.value * 18.0156, -300,
  t.at + interval '9 seconds', 'final', CASE WHEN k % 1000 = 7 THEN '{soft-high}'::text[] ELSE '{}' END, 1
FROM generate_series(0, 31 * 288 - 1) k,
  LATERAL (SELECT $3::timestamptz + k * interval '5 minutes' AS at) t,
  generate_series(1, $2::int) n,
  LATERAL (SELECT round((7 + 3 * sin((k + n) / 40.0))::numeric, 1) AS value) v
"""


class Clinic:
    """A database nobody else uses, with a month of sensors."""

    def __init__(self, sessions: Sessions, owner: asyncpg.Connection, reader: asyncpg.Connection) -> None:
        self.sessions, self.owner, self.reader, self.organization = sessions, owner, reader, uuid4()
        self.patients: list[UUID] = []

    async def fill(self) -> None:
        await self.owner.execute("INSERT INTO organizations (id, simulated) VALUES ($1, true)", self.organization)
        await self.owner.execute(PEOPLE, self.organization, PATIENTS)
        await self.owner.execute(SENSORS, self.organization, PATIENTS, MARCH)
        self.patients = [row[0] for row in await self.owner.fetch("SELECT id FROM patients ORDER BY id")]

    async def size(self) -> int:
        size: int = await self.owner.fetchval(SIZE)
        return size

    async def everything(self) -> list[tuple[str, ...]]:
        """Every reading of the month, to the last digit."""
        windows = [Window(each, "glucose_cgm", MARCH, APRIL) for each in self.patients]
        async with transaction(self.sessions, self.organization, read_only=True) as tx:
            return sorted(tuple(str(each) for each in row) for row in await readings.within(tx, windows))

    async def packs(self) -> int:
        """The clock's job; how many readings it packed."""
        return await packing(AFTER)(self.sessions, [self.organization], NOW)

    async def vacuums(self) -> None:
        """As PostgreSQL does by itself some time after."""
        await self.owner.execute("VACUUM readings_p_2026_03")
        # What the statistics say of a table arrives within a second of the transaction's end.
        await self.owner.execute("SELECT pg_sleep(1.2)")

    async def shrinks(self) -> int:
        async with transaction(self.sessions, EVERY) as tx:
            return await reading_partitions.shrink(tx, MARCH.date())


@pytest.fixture
async def clinic(server: postgres.Server) -> AsyncIterator[Clinic]:
    url = await postgres.clone(server, "monitoring")
    engine = make_engine(url)
    name = url.rsplit("/", 1)[1].split("?")[0]
    owner, reader = [await asyncpg.connect(server.url(name).replace("+asyncpg", "")) for _ in range(2)]
    found = Clinic(make_sessions(engine), owner, reader)
    await found.fill()
    yield found
    await owner.close()
    await reader.close()
    await engine.dispose()


async def test_the_room_comes_back_and_every_reading_stays(clinic: Clinic) -> None:
    full, expected = await clinic.size(), await clinic.everything()
    assert await clinic.packs() == len(expected) - PATIENTS * 9
    columns = "count(*), count(canonicals), count(canonical_step)"
    packs, decimals, steps = await clinic.owner.fetchrow(f"SELECT {columns} FROM reading_packs")
    assert (decimals, steps) == (0, packs), "converted values are whole numbers of a step too"
    assert full > 10_000_000
    # PostgreSQL's own vacuum may hold the month at any of these moments; the clock's next round asks again.
    for _ in range(8):
        await clinic.vacuums()
        await clinic.packs()
        if await clinic.size() < 200_000:
            break
    assert await clinic.size() < 200_000
    assert await clinic.everything() == expected


async def test_whoever_holds_the_month_is_not_waited_for(clinic: Clinic) -> None:
    expected = await clinic.everything()
    async with clinic.reader.transaction():
        await clinic.reader.fetchval("SELECT count(*) FROM readings_p_2026_03 WHERE source = 'none'")
        await clinic.packs()
        await clinic.vacuums()
        held, started = await clinic.size(), time.monotonic()
        assert await clinic.shrinks() == 0
        assert time.monotonic() - started < 1
        assert await clinic.size() >= held
    assert any([await clinic.shrinks() > 0 for _ in range(8)]), "the clock asks again where vacuum was in the way"
    assert await clinic.everything() == expected


def late(clinic: Clinic, number: int) -> New:
    at = MARCH + timedelta(minutes=5 * number, seconds=77)
    patient = clinic.patients[number % PATIENTS]
    value = Decimal("5.5")
    return New(patient, "glucose_cgm", at, "sensor", value, "mmol/L", value, -300, None, None, None, None, "{}")


async def test_readings_that_come_late_meanwhile_are_all_there(clinic: Clinic) -> None:
    before = len(await clinic.everything())
    await clinic.packs()
    await clinic.vacuums()
    took: list[float] = []

    async def arrive(first: int) -> None:
        for number in range(first, first + 40):
            started = time.monotonic()
            async with transaction(clinic.sessions, clinic.organization) as tx:
                new = late(clinic, number)
                await patients.get_for_update(tx, new.patient_id)
                assert not await readings.insert_new(tx, [new], received_at=NOW)
            took.append(time.monotonic() - started)

    async def shrink() -> None:
        for _ in range(10):
            await clinic.shrinks()
            await asyncio.sleep(0.02)

    await asyncio.gather(arrive(0), arrive(1_000), shrink())
    assert len(await clinic.everything()) == before + 80
    assert max(took) < 5, "generous, for a busy machine"


async def test_nothing_but_closed_months_of_readings_can_be_emptied_so(clinic: Clinic) -> None:
    async with transaction(clinic.sessions, EVERY) as tx:
        assert await reading_partitions.shrink(tx, datetime.now(UTC).date().replace(day=1)) == 0
        assert await reading_partitions.shrink(tx, datetime(1900, 1, 1, tzinfo=UTC).date()) == 0
    with pytest.raises(Exception, match="permission denied"):
        async with transaction(clinic.sessions, EVERY) as tx:
            await tx.info["driver"].execute("TRUNCATE readings_p_2026_03")
