"""silence_sweep_s: sweeps for what is missing over everybody enrolled, a tenth of them due at once, and all of them."""

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

SIZES = tuple(int(each) for each in os.environ.get("SILENCE_ENROLLMENTS", "10000,1000000").split(","))
ALL_DUE_UP_TO = 10_000
PLANNED = 1_000
BEGAN = datetime(2026, 9, 1, tzinfo=UTC)
PLANNED_AT = BEGAN + timedelta(minutes=1)
NOW = BEGAN + timedelta(days=2)
_PATIENTS = (
    "INSERT INTO patients (id, organization_id, source_version, family, given, birth_date, sex, time_zone, version,"
    " created_at, updated_at) SELECT md5('p' || n)::uuid, $1, 1, 'Bench', n::text, '1960-01-01', 'female',"
    " 'America/New_York', 1, $2, $2 FROM generate_series(1, $3::int) n"
)
# All but the first thousand look as if the job had planned them: it plans the thousand, and theirs are copied.
_ENROLLMENTS = (
    "INSERT INTO enrollments (id, organization_id, patient_id, protocol, protocol_version, state, tier, tier_reason,"
    " reason, baselines, targets, circumstances, consents, waits, silent, activated_at, version, created_at,"
    " updated_at, tier_since, tier_decided_at,"
    " look_due_at, reviews, planned_version)"
    " SELECT md5('e' || n)::uuid, $1, md5('p' || n)::uuid, 'diabetes', '1.0.0', 'active', 'stable', 'bench', 'bench',"
    " '[]', '[]', '[\"insulin-treated\"]', '[]', '[]', false, $2, 1, $2, $2, $2, $2, $2, '[]',"
    f" CASE WHEN n > {PLANNED} THEN 1 END FROM generate_series(1, $3::int) n"
)
# Ninety-nine of a hundred sent a day and a half after they began: the first look moves them on.
_READINGS = (
    "INSERT INTO readings (organization_id, patient_id, metric, observed_at, source, value, unit, canonical,"
    " offset_minutes, received_at, status, flags, version)"
    " SELECT $1, md5('p' || n)::uuid, 'glucose_smbg', $2, 'meter', 120, 'mg/dL', 120, 0, $2, 'final', '{}', 1"
    " FROM generate_series(1, $3::int) n WHERE n / 10 % 100 <> 0"
)
# Of nine in ten nothing is due on the day of the sweep.
_LATER = "CASE WHEN n % 10 = 3 THEN x.due_at ELSE x.due_at + interval '2 days' END"
_COPIED = (
    "INSERT INTO expectations (organization_id, enrollment_id, key, patient_id, protocol, protocol_version, metrics,"
    " examination, since, low_hours, moderate_hours, due_at, urgent)"
    " SELECT x.organization_id, md5('e' || n)::uuid, x.key, md5('p' || n)::uuid, x.protocol, x.protocol_version,"
    f" x.metrics, x.examination, x.since, x.low_hours, x.moderate_hours, {_LATER}, x.urgent"
    f" FROM expectations x, generate_series({PLANNED + 1}, $1::int) n WHERE x.enrollment_id = md5('e1')::uuid"
)
_SPREAD = (
    "UPDATE expectations e SET due_at = e.due_at + interval '2 days' FROM generate_series(1, $1::int) n"
    " WHERE e.enrollment_id = md5('e' || n)::uuid AND n % 10 <> 3"
)


async def run() -> list[Figure]:
    """As many enrollments as asked for (SILENCE_ENROLLMENTS), from ten thousand up."""
    figures = []
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        for count in SIZES:
            url = await postgres.clone(server, "monitoring")
            engine = make_engine(url)
            name = url.rsplit("/", 1)[1].split("?")[0]
            owner = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
            try:
                figures += await _measured(owner, make_sessions(engine), count)
            finally:
                await owner.close()
                await engine.dispose()
    return figures


async def _measured(owner: asyncpg.Connection, sessions: Sessions, count: int) -> list[Figure]:
    organization = uuid4()
    planned = await _enrolled(owner, sessions, organization, count)
    nothing = await _timed(sessions, [organization], BEGAN + timedelta(hours=1))
    due = await owner.fetchrow(
        "SELECT count(*), count(DISTINCT enrollment_id) FROM expectations WHERE due_at <= $1", NOW
    )
    tenth = await _timed(sessions, [organization], NOW)
    alerts = await owner.fetchval("SELECT count(*) FROM alerts")
    setup = (
        f"{count:,} enrollments, {due[0]:,} expectations of {due[1]:,} of them due at once, {alerts:,} alerts opened;"
        f" one worker; a sweep with nothing due {nothing:.3f} s; planning an enrollment"
        f" {planned / PLANNED * 1000:.2f} ms"
    )
    found = [figure(f"silence_sweep_s_{count}", tenth, "s", baseline="the bound of 30 s", against=30.0, setup=setup)]
    if count <= ALL_DUE_UP_TO:
        everything = await _timed(sessions, [organization], NOW + timedelta(days=2))
        alerts = await owner.fetchval("SELECT count(*) FROM alerts") - alerts
        setup = f"{count:,} enrollments, everything expected of everybody due at once, {alerts:,} alerts opened"
        name = f"silence_sweep_all_due_s_{count}"
        found.append(figure(name, everything, "s", baseline="the bound of 30 s", against=30.0, setup=setup))
    return found


async def _enrolled(owner: asyncpg.Connection, sessions: Sessions, organization: UUID, count: int) -> float:
    """Everybody enrolled and planned; seconds that planning the first thousand took."""
    await owner.execute("INSERT INTO organizations (id, simulated) VALUES ($1, true)", organization)
    # What is referred to was just put there: looking for each of them again takes longer than the rows.
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(_PATIENTS, organization, BEGAN, count)
    await owner.execute(_ENROLLMENTS, organization, BEGAN, count)
    await owner.execute(_READINGS, organization, BEGAN + timedelta(hours=36), count)
    await owner.execute("VACUUM ANALYZE patients, enrollments, readings")
    planned = await _timed(sessions, [organization], PLANNED_AT)
    await owner.execute(_COPIED, count)
    await owner.execute(_SPREAD, PLANNED)
    await owner.execute("RESET session_replication_role")
    await owner.execute("VACUUM ANALYZE expectations")
    return planned


async def _timed(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> float:
    started = time.perf_counter()
    await silence.run_once(sessions, organizations, now)
    return time.perf_counter() - started
