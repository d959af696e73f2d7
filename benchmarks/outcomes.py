"""measures_s: every measure of outcomes over a year of a million stays, through HTTP; beside one bare aggregate."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from benchmarks import directory, place
from benchmarks.report import Figure, figure
from services.coordination.jobs import outcomes
from shared.db.base import make_engine, make_sessions
from shared.kit.clock import utc_now
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import Running, running

SIZES = (100_000, 1_000_000)
JUDGED = 10_000

# Two stays a patient, most of them far apart; one in thirty for observation, one in forty planned.
PEOPLE = """
INSERT INTO patients (id, organization_id, version, created_at, updated_at, identifiers, family, given, family_key,
  given_key, birth_date, sex, language, interpreter_needed, time_zone, telecom, coverage, monitored)
SELECT md5('p' || n)::uuid, $1, 1, '2025-12-01', '2025-12-01', '[]', 'Bench', n::text, 'bench', n::text,
  date '1930-01-01' + n % 18000, 'male', 'en', false, 'America/New_York', '[]',
  jsonb_build_array(jsonb_build_object('payer', 'Payer ' || n % 20, 'plan', NULL)), false
FROM generate_series($2::int / 2, $3::int / 2 - 1) n
"""
STAYS = """
INSERT INTO stays (id, organization_id, version, created_at, updated_at, patient_id, stay_class, state, planned,
  started_at, ended_at, facility, time_zone, disposition, diagnoses)
SELECT md5('s' || n)::uuid, $1, 1, d.began + interval '1 hour', d.began, md5('p' || n / 2)::uuid,
  CASE WHEN n % 30 = 0 THEN 'observation' ELSE 'inpatient' END, 'finished', n % 40 = 0, d.began,
  d.began + (1 + n % 7) * interval '1 day', 'Hospital ' || n % 9, 'America/New_York',
  (ARRAY['home', 'home', 'home', 'home-health', 'skilled-nursing', 'expired'])[1 + (hashint8(n) & 255) % 6],
  jsonb_build_array(jsonb_build_object('system', 'icd-10-cm', 'code',
    (ARRAY['I50.23', 'J18.9', 'F32.2', 'E11.9', 'Z51.11'])[n % 5 + 1], 'role', 'principal'))
FROM generate_series($2::int, $3::int - 1) n, LATERAL (SELECT timestamptz '2026-01-02 12:00+00'
  + (hashint8(n / 2) & 255) * interval '1 day' + n % 2 * (5 + (hashint8(n) & 63)) * interval '1 day' AS began) d
"""
# The visit of each second stay was met, ten days after; each third was called two days after.
NEEDS = """
INSERT INTO needs (id, organization_id, version, created_at, updated_at, patient_id, kind, scope, state, priority, zone,
  reasons, clocks, pauses, due_at, breached, evidence, touched, team, cost_amount, cost_currency, done_at, closed_at)
SELECT md5('n' || s.id)::uuid, $1, 1, s.ended_at, s.ended_at, s.patient_id, 'visit-face-to-face', 'stay:' || s.id,
  'met', 'routine', s.time_zone, '[{"pathway": "heart-failure"}]', jsonb_build_array(jsonb_build_object('key', 'visit',
  'due_at', s.ended_at + interval '14 days')), '[]', s.ended_at + interval '14 days', '{}', '[]', true, 'team-1', 120,
  'USD', s.ended_at + interval '10 days', s.ended_at + interval '10 days'
FROM stays s WHERE s.organization_id = $1 AND hashtext(s.id::text) & 1 = 0
  AND NOT EXISTS (SELECT FROM needs n WHERE n.id = md5('n' || s.id)::uuid)
"""
HISTORY = """
INSERT INTO need_history (id, organization_id, need_id, act, from_state, to_state, done_at, recorded_at, by)
SELECT md5('h' || n.id)::uuid, $1, n.id, 'meet', 'identified', 'met', n.done_at, n.done_at, 'nurse'
FROM needs n WHERE n.organization_id = $1 AND NOT EXISTS (SELECT FROM need_history h WHERE h.need_id = n.id)
"""
CONTACTS = """
INSERT INTO contacts (id, organization_id, patient_id, channel, contacted, outcome, started_at, recorded_at,
  interpreter_used, by, interactive, met, effect)
SELECT md5('c' || s.id)::uuid, $1, s.patient_id, 'phone', 'patient', 'reached', s.ended_at + interval '2 days',
  s.ended_at + interval '2 days', false, 'nurse', true, '{}', 'nothing'
FROM stays s WHERE s.organization_id = $1 AND hashtext(s.id::text) % 3 = 0
  AND NOT EXISTS (SELECT FROM contacts c WHERE c.id = md5('c' || s.id)::uuid)
"""
KEPT = """
INSERT INTO outcomes SELECT o.family, CASE WHEN t.need THEN md5('n' || u.stay)::uuid ELSE u.stay END,
  md5('p' || u.n / 2)::uuid, CASE WHEN t.need THEN md5('n' || u.stay)::uuid ELSE u.stay END,
  o.first_day, o.last_day, o.since, o.days, o.letters, o.groups, o.amounts, o.organization_id
FROM (SELECT n, false AS need, md5('s' || n)::uuid AS id FROM generate_series(0, $2::int - 1) n
  UNION ALL SELECT n, true, md5('n' || md5('s' || n)::uuid)::uuid FROM generate_series(0, $2::int - 1) n) t
JOIN outcomes o ON o.organization_id = $1 AND o.work_id = t.id,
  LATERAL (SELECT t.n + $2 * k AS n, md5('s' || t.n + $2 * k)::uuid AS stay FROM generate_series(1, $3::int) k) u
"""
BARE = """
SELECT count(*), count(*) FILTER (WHERE later - ended_at < interval '31 days') FROM (SELECT ended_at,
  lead(started_at) OVER (PARTITION BY patient_id ORDER BY started_at) AS later FROM stays WHERE organization_id = $1) s
"""


async def run() -> list[Figure]:
    """A tenth of the stays, then all."""
    return [found for rows in SIZES for found in await measured(rows)]


async def measured(rows: int) -> list[Figure]:
    """One size: all is judged once, then every measure of the year, then one with its list, then the bare statement."""
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        with tempfile.TemporaryDirectory() as folder:
            async with running(server, Path(folder), "coordination", workers=1, copied=False) as pair:
                connection = await directory.owner(server, pair)
                await connection.execute(f"SET app.organization = '{pair.organization}'")
                await _fill(connection, pair.organization, 0, JUDGED)
                judging, cpu = await _judged(pair)
                # The others are kept as the worker would keep them: judging all takes longer than a benchmark may.
                await connection.execute("SET session_replication_role = replica")
                await _fill(connection, pair.organization, JUDGED, rows)
                await connection.execute(KEPT, pair.organization, JUDGED, rows // JUDGED - 1)
                await connection.execute("VACUUM ANALYZE")
                took, found = await _asked(pair, "/v1/measures")
                past, _ = await _asked(pair, "/v1/measures", as_of="2026-08-01T00:00:00Z")
                alone, _ = await _asked(pair, "/v1/measures/readmissions-hwr")
                team, _ = await _asked(pair, "/v1/measures", team="team-1", payer="Payer 3")
                begun = time.perf_counter()
                await connection.fetchrow(BARE, pair.organization)
                bare = time.perf_counter() - begun
                await connection.close()
    judged = sum(each["denominator"] + sum(each["excluded"].values()) for each in found)
    setup = (
        f"GET /v1/measures of a year: {rows:,} stays of {rows // 2:,} patients, {len(found)} measures, {judged:,} "
        f"members; as of a past instant {past:.3g} s, of one team and payer {team:.3g} s, one measure with a page of "
        f"its list {alone:.3g} s; judging {JUDGED:,} stays beforehand {judging:.3g} s, {cpu:.3g} s of it the worker's"
    )
    name = "measures_s" if rows == SIZES[-1] else f"measures_s_{rows // 1000}k"
    against = "stays and those followed within 31 days by one window function"
    return [figure(name, took, "s", baseline=against, against=bare, setup=setup)]


async def _fill(connection: asyncpg.Connection, organization: UUID, first: int, after: int) -> None:
    for fill in (PEOPLE, STAYS):
        await connection.execute(fill, organization, first, after)
    for fill in (NEEDS, HISTORY, CONTACTS):
        await connection.execute(fill, organization)
    await connection.execute("VACUUM ANALYZE")


async def _judged(pair: Running) -> tuple[float, float]:
    """The worker's job until nothing is left: its time, and its processor time without PostgreSQL's."""
    engine = make_engine(pair.databases["coordination"], pool=2)
    begun, cpu = time.perf_counter(), time.process_time()
    while await outcomes.run_once(make_sessions(engine), [pair.organization], utc_now()):
        pass
    await engine.dispose()
    return time.perf_counter() - begun, time.process_time() - cpu


async def _asked(pair: Running, path: str, **query: str) -> tuple[float, Any]:
    async with pair.client("coordination", Role.SUPERVISOR, now="2027-03-01T00:00:00Z") as client:
        client.timeout = httpx.Timeout(900)
        begun = time.perf_counter()
        answer = await client.get(path, params={"period": "2026", **query})
        took = time.perf_counter() - begun
        return took, answer.raise_for_status().json()
