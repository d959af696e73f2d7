"""sweep_s: the breach sweep after hours of standing still, over millions of needs, beside a bare UPDATE of them."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from benchmarks import place
from benchmarks.report import Figure, figure
from services.coordination.jobs import breaches
from shared.db.base import make_engine, make_sessions
from tests.support import postgres

ORGANIZATION = UUID("00000000-0000-4000-8000-0000000000b2")
SIZES = (500_000, 5_000_000)
OPEN_SHARE, LATE_SHARE = 0.3, 0.02
PATIENTS = 100_000
NOW = datetime(2026, 9, 10, 12, tzinfo=UTC)

PEOPLE = f"""
INSERT INTO patients (id, organization_id, version, created_at, updated_at, identifiers, family, given, family_key,
  given_key, birth_date, sex, language, interpreter_needed, time_zone, telecom, coverage, monitored)
SELECT md5('p' || n)::uuid, '{ORGANIZATION}', 1, now(), now(), '[]', 'Bench', n::text, 'bench', n::text, '1950-01-01',
  'male', 'en', false, 'America/New_York', '[]', '[]', false FROM generate_series(0, {PATIENTS - 1}) n
"""
# Two clocks a need. Of the open ones some have run out since the last sweep; the others run out within two months.
NEEDS = """
INSERT INTO needs (id, organization_id, version, created_at, updated_at, patient_id, kind, scope, state, priority, zone,
  reasons, clocks, pauses, due_at, next_breach_at, breached, evidence, touched, closed_at)
SELECT md5('n' || n)::uuid, '{organization}', 1, d.due, d.due, md5('p' || n % {patients})::uuid, 'visit-face-to-face',
  'stay:' || n, CASE WHEN n <= {open} THEN 'identified' ELSE 'met' END, 'routine', 'America/New_York', '[]',
  jsonb_build_array(
    jsonb_build_object('key', 'fallback', 'kind', 'programme', 'rule', '+14d', 'due_at', d.due + interval '7 days',
      'grace', 'PT0S', 'met_at', NULL, 'explanation', 'fourteen days'),
    jsonb_build_object('key', 'visit', 'kind', 'clinical', 'rule', '+7d', 'due_at', d.due, 'grace', 'PT0S',
      'met_at', NULL, 'explanation', 'seven days')),
  '[]', d.due, CASE WHEN n <= {open} THEN d.due END, '{{}}', '[]', false, CASE WHEN n > {open} THEN d.due END
FROM generate_series(1, {rows}) n, LATERAL (SELECT CASE WHEN n <= {late}
  THEN timestamptz '2026-09-10 12:00+00' - (1 + n % 14400) * interval '1 second'
  ELSE timestamptz '2026-09-10 12:00+00' + (1 + n % 5184000) * interval '1 second' END AS due) d
"""
BARE = """
UPDATE needs SET breached = '{visit}', next_breach_at = due_at + interval '7 days', version = version + 1
WHERE organization_id = $1 AND closed_at IS NULL AND next_breach_at < $2
"""


async def run() -> list[Figure]:
    """The sweep over each size."""
    return [found for rows in SIZES for found in await measured(rows)]


async def measured(rows: int) -> list[Figure]:
    """One size: fill, sweep until nothing is left, sweep once more; then the bare statement on a second copy."""
    late = int(rows * OPEN_SHARE * LATE_SHARE)
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        url = await _filled(server, rows, late)
        engine = make_engine(url)
        begun = time.perf_counter()
        found = await breaches.run_once(make_sessions(engine), [ORGANIZATION], NOW)
        took = time.perf_counter() - begun
        begun = time.perf_counter()
        again = await breaches.run_once(make_sessions(engine), [ORGANIZATION], NOW)
        idle = time.perf_counter() - begun
        await engine.dispose()
        assert (found, again) == (late, 0), f"{found} breaches instead of {late}, then {again}"
        bare = await _bare(server, await _filled(server, rows, late))
    setup = (
        f"{rows:,} needs, {int(rows * OPEN_SHARE):,} open, {late:,} ran out; a second sweep finds none in {idle:.3g} s"
    )
    name = "sweep_s" if rows == SIZES[-1] else f"sweep_s_{rows // 1000}k"
    return [figure(name, took, "s", baseline="one bare UPDATE of the same rows", against=bare, setup=setup)]


async def _filled(server: postgres.Server, rows: int, late: int) -> str:
    url = await postgres.clone(server, "coordination")
    database = server.url(url.rsplit("/", 1)[1].split("?")[0])
    values = {"organization": ORGANIZATION, "patients": PATIENTS, "rows": rows, "late": late}
    fill = NEEDS.format(open=int(rows * OPEN_SHARE), **values)
    await postgres.execute(database, PEOPLE, fill, "VACUUM ANALYZE needs")
    return url


async def _bare(server: postgres.Server, url: str) -> float:
    connection = await asyncpg.connect(server.url(url.rsplit("/", 1)[1].split("?")[0]).replace("+asyncpg", ""))
    begun = time.perf_counter()
    await connection.execute(BARE, ORGANIZATION, NOW)
    took = time.perf_counter() - begun
    await connection.close()
    return took
