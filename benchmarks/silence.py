"""silence_sweep_s: one sweep for what is missing over everybody enrolled, with all of them due at once, 1 % silent."""

import asyncio
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from benchmarks import place
from benchmarks.report import Figure, figure
from services.monitoring.jobs import silence
from shared.db.base import Sessions, make_engine, make_sessions
from tests.support import postgres

SIZES = tuple(int(each) for each in os.environ.get("SILENCE_ENROLLMENTS", "10000,100000,1000000").split(","))
BEGAN = datetime(2026, 9, 1, tzinfo=UTC)
NOW = BEGAN + timedelta(days=2)
_PATIENTS = (
    "INSERT INTO patients (id, organization_id, source_version, family, given, birth_date, sex, time_zone, version,"
    " created_at, updated_at) SELECT gen_random_uuid(), $1, 1, 'Bench', n::text, '1960-01-01', 'female',"
    " 'America/New_York', 1, $2, $2 FROM generate_series(1, $3::int) n"
)
_ENROLLMENTS = (
    "INSERT INTO enrollments (id, organization_id, patient_id, protocol, protocol_version, state, tier, tier_reason,"
    " reason, baselines, targets, circumstances, consents, waits, silent, activated_at, version, created_at,"
    " updated_at, tier_since, tier_decided_at,"
    " look_due_at, reviews)"
    " SELECT gen_random_uuid(), $1, p.id, 'diabetes', '1.0.0', 'active', 'stable', 'bench', 'bench', '[]', '[]',"
    " '[\"insulin-treated\"]', '[]', '[]', false, $2, 1, $2, $2, $2, $2, $2, '[]'"
    " FROM patients p WHERE p.organization_id = $1"
)
# Ninety-nine of a hundred sent a day and a half after they began: the first look moves them on.
_READINGS = (
    "INSERT INTO readings (organization_id, patient_id, metric, observed_at, source, value, unit, canonical,"
    " offset_minutes, received_at, status, flags, version)"
    " SELECT $1, p.id, 'glucose_smbg', $2, 'meter', 120, 'mg/dL', 120, 0, $2, 'final', '{}', 1"
    " FROM patients p WHERE p.organization_id = $1 AND p.given::int % 100 <> 0"
)


async def run() -> list[Figure]:
    """As many enrollments as asked for (SILENCE_ENROLLMENTS), from ten thousand up."""
    figures = []
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        for count in SIZES:
            url = await postgres.clone(server, "monitoring")
            engine = make_engine(url)
            try:
                figures.append(await _measured(server, url, make_sessions(engine), count))
            finally:
                await engine.dispose()
    return figures


async def _measured(server: postgres.Server, url: str, sessions: Sessions, count: int) -> Figure:
    organization = uuid4()
    name = url.rsplit("/", 1)[1].split("?")[0]
    owner = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    await owner.execute("INSERT INTO organizations (id, simulated) VALUES ($1, true)", organization)
    await owner.execute(_PATIENTS, organization, BEGAN, count)
    await owner.execute(_ENROLLMENTS, organization, BEGAN)
    await owner.execute(_READINGS, organization, BEGAN + timedelta(hours=36))
    await owner.execute("ANALYZE")
    planned = await _timed(sessions, [organization], BEGAN + timedelta(minutes=1))
    await owner.execute("ANALYZE")
    nothing = await _timed(sessions, [organization], BEGAN + timedelta(hours=1))
    everything = await _timed(sessions, [organization], NOW)
    again = await _timed(sessions, [organization], NOW)
    alerts = await owner.fetchval("SELECT count(*) FROM alerts")
    await owner.close()
    setup = (
        f"{count:,} enrollments, 6 things expected of each, all streams due at once, {alerts:,} alerts opened; one"
        f" worker; planning them first {planned:.1f} s; a sweep with nothing due {nothing:.3f} s, again {again:.3f} s"
    )
    return figure(f"silence_sweep_s_{count}", everything, "s", baseline="the bound of 30 s", against=30.0, setup=setup)


async def _timed(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> float:
    started = time.perf_counter()
    await silence.run_once(sessions, organizations, now)
    return time.perf_counter() - started
