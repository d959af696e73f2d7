"""panel_p99_ms: pages of the case manager's panel among 100,000 followed patients, through the use case."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from benchmarks import place
from benchmarks.report import Figure, figure, quantile
from benchmarks.worklist import timed
from services.monitoring.store.panel import PanelFilter
from services.monitoring.usecases import panel
from shared.db.base import Sessions, make_engine, make_sessions
from shared.db.session import transaction
from shared.kit.actor import Actor
from shared.vocabulary import Role
from tests.support import postgres

ORGANIZATION = UUID("00000000-0000-4000-8000-0000000000b2")
PATIENTS = 100_000
MANAGERS = 400
NOW = datetime(2026, 9, 14, 13, tzinfo=UTC)
ASKED = {
    "one case manager": PanelFilter(case_managers=("manager-3",)),
    "a team of 8": PanelFilter(case_managers=tuple(f"manager-{n}" for n in range(8))),
    "everybody": PanelFilter(),
    "critical": PanelFilter(severity="critical"),
    "one protocol": PanelFilter(protocol="ckd"),
    "one tier": PanelFilter(tier="maintenance"),
}
PAGES = 100

FILL = f"""
INSERT INTO patients (id, organization_id, source_version, family, given, birth_date, sex, time_zone, version,
  created_at, updated_at)
SELECT md5('p' || n)::uuid, '{ORGANIZATION}', 0, 'Example', 'Pat', '1960-01-01', 'female', 'America/New_York', 1,
  now(), now() FROM generate_series(1, {PATIENTS}) n;
INSERT INTO panel_entries (id, organization_id, patient_id, case_manager, protocols, tier, severity, rank_key, due_at,
  reasons, changed_at)
SELECT md5('e' || n)::uuid, '{ORGANIZATION}', md5('p' || n)::uuid, 'manager-' || n % {MANAGERS},
  ARRAY[(ARRAY['diabetes','heart-failure','hypertension','copd','asthma','ckd'])[n % 6 + 1]],
  (ARRAY['high','rising','stable','maintenance'])[n % 4 + 1], s.severity,
  coalesce(d.due - s.days * interval '1 day', '9999-01-01Z'), d.due,
  CASE WHEN s.severity IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object('kind', 'alert',
    'about', md5('a' || n)::uuid, 'title', 'Glucose below 54', 'severity', s.severity, 'state', 'open',
    'due_at', to_char(d.due, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'), 'head_start_hours', s.days * 24,
    'key', to_char(d.due - s.days * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'))) END, now()
FROM generate_series(1, {PATIENTS}) n,
  LATERAL (SELECT CASE WHEN n % 200 = 0 THEN 'critical' WHEN n % 20 = 0 THEN 'high' WHEN n % 7 = 0 THEN 'moderate'
    WHEN n % 3 = 0 THEN 'low' END AS severity, CASE WHEN n % 200 = 0 THEN 30 WHEN n % 20 = 0 THEN 7
    WHEN n % 7 = 0 THEN 2 ELSE 0 END AS days) s,
  LATERAL (SELECT CASE WHEN s.severity IS NULL THEN NULL
    ELSE timestamptz '2026-09-10Z' + (hashint8(n) % 345600) * interval '1 second' END AS due) d
"""

# The same page of everybody asked for as people first write it: by an expression of the clock.
NAIVE = """
SELECT * FROM panel_entries WHERE organization_id = $1
ORDER BY extract(epoch FROM ($2::timestamptz - due_at))
  + 3600 * coalesce((reasons -> 0 ->> 'head_start_hours')::int, 0) DESC NULLS LAST LIMIT 50
"""


async def run() -> list[Figure]:
    """Fill, then read pages of every kind of filter; the figure is the slowest kind's p99."""
    async with place.server() as server:
        url = await _filled(server)
        engine = make_engine(url)
        in_database = timed(engine)
        sessions = make_sessions(engine)
        taken = {name: await _pages(sessions, wanted, in_database) for name, wanted in ASKED.items()}
        await engine.dispose()
        naive = await _naive(url)
    said = ", ".join(
        f"{name} {quantile(pages, 0.5):.1f} and {quantile(asked, 0.5):.1f}" for name, (asked, pages) in taken.items()
    )
    worst = max(quantile(asked, 0.99) for asked, _ in taken.values())
    setup = (
        f"{PATIENTS:,} patients on {MANAGERS} panels, pages of 50 by keyset, the slowest filter's p99 in the database; "
        f"median ms of the whole use case, and in the database: {said}"
    )
    baseline = "ORDER BY an expression of now, median"
    return [figure("panel_p99_ms", worst, "ms", baseline=baseline, against=quantile(naive, 0.5), setup=setup)]


async def _filled(server: postgres.Server) -> str:
    await asyncio.to_thread(postgres.make_templates, server)
    url = await postgres.clone(server, "monitoring")
    database = url.rsplit("/", 1)[1].split("?")[0]
    for statement in FILL.split(";\n"):
        await postgres.execute(server.url(database), statement)
    await postgres.execute(server.url(database), "VACUUM ANALYZE panel_entries")
    return url


async def _pages(sessions: Sessions, wanted: PanelFilter, in_database: list[float]) -> tuple[list[float], list[float]]:
    """Milliseconds of each page's statement, and of the whole use case in a transaction of its own."""
    nurse = Actor("manager-3", ORGANIZATION, frozenset({Role.CASE_MANAGER}), frozenset({"user/*.cruds"}), "bench")
    asked: list[float] = []
    taken: list[float] = []
    cursor: str | None = None
    for _ in range(2 * PAGES):
        started = time.perf_counter()
        async with transaction(sessions, ORGANIZATION, read_only=True) as tx:
            page = await panel.page(tx, wanted, cursor=cursor, limit=50, actor=nurse, now=NOW)
        taken.append((time.perf_counter() - started) * 1000)
        asked.append(in_database[-1])
        cursor = page.next_cursor
    return asked[PAGES:], taken[PAGES:]


async def _naive(url: str) -> list[float]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    taken = []
    async with connection.transaction():
        await connection.execute(f"SET LOCAL app.organization = '{ORGANIZATION}'")
        for _ in range(5):
            started = time.perf_counter()
            await connection.fetch(NAIVE, ORGANIZATION, NOW)
            taken.append((time.perf_counter() - started) * 1000)
    await connection.close()
    return taken
