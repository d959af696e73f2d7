"""worklist_p99_ms: a page of 50 of a team's pool of 150,000 open needs, in 5 million obligations, in the database."""

import asyncio
import time
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks import place
from benchmarks.report import Figure, figure, quantile
from services.coordination.store import worklist
from services.coordination.store.worklist import WorkFilter
from shared.db.base import Sessions, make_engine, make_sessions
from shared.db.session import transaction
from tests.support import postgres

ORGANIZATION = UUID("00000000-0000-4000-8000-0000000000b1")
ROWS = 5_000_000
OPEN = 1_500_000
TEAMS = 10
PAGES = 400

FILL = f"""
INSERT INTO obligations (id, organization_id, source, source_id, stage, patient_id, title, priority, due_at, rank_key,
  owner, team, closed_at, version, created_at, updated_at)
SELECT md5('o' || n)::uuid, '{ORGANIZATION}', 'need', md5('s' || n)::uuid, 'need', md5('p' || n % 1000000)::uuid,
  'Telephone contact', p.name, d.due, d.due - interval '3 days' * p.rank, NULL,
  CASE WHEN n <= {OPEN} THEN 'team-' || n % {TEAMS} ELSE 'team-' || n % 97 END,
  CASE WHEN n <= {OPEN} THEN NULL ELSE d.due END, 1, d.due, d.due
FROM generate_series(1, {ROWS}) n,
  LATERAL (SELECT timestamptz '2026-09-04' + (hashint8(n) % 5184000) * interval '1 second' AS due) d,
  LATERAL (SELECT n % 4 AS rank, (ARRAY['routine','urgent','asap','stat'])[n % 4 + 1] AS name) p
"""

# The same page asked for as people first write it: by an expression of the clock and the priority.
NAIVE = """
SELECT * FROM obligations WHERE organization_id = $1 AND team = $2 AND closed_at IS NULL
ORDER BY extract(epoch FROM (now() - due_at)) / 86400
  + 3 * array_position(ARRAY['routine','urgent','asap','stat'], priority) DESC LIMIT 50
"""


async def run() -> list[Figure]:
    """Fill, then read pages of one team by keyset, first to last."""
    async with place.server() as server:
        postgres_url = await _filled(server)
        engine = make_engine(postgres_url)
        took = timed(engine)
        await _pages(make_sessions(engine))
        ours = took[-PAGES:]
        await engine.dispose()
        naive = await _naive(postgres_url)
    setup = f"{ROWS:,} obligations, {OPEN:,} open, {OPEN // TEAMS:,} of the team; {PAGES} pages of 50 by keyset, p99"
    return [
        figure(
            "worklist_p99_ms",
            quantile(ours, 0.99),
            "ms",
            baseline="ORDER BY an expression of now, median",
            against=quantile(naive, 0.5),
            setup=setup,
        )
    ]


async def _filled(server: postgres.Server) -> str:
    await asyncio.to_thread(postgres.make_templates, server)
    url = await postgres.clone(server, "coordination")
    database = url.rsplit("/", 1)[1].split("?")[0]
    await postgres.execute(server.url(database), FILL)
    await postgres.execute(server.url(database), "VACUUM ANALYZE obligations")
    return url


def timed(engine: AsyncEngine) -> list[float]:
    """Milliseconds from handing a statement to the driver until its rows are there; the ORM's part is left out."""
    took: list[float] = []
    begun: list[float] = []

    def before(*_arguments: Any) -> None:
        begun.append(time.perf_counter())

    def after(*_arguments: Any) -> None:
        took.append((time.perf_counter() - begun.pop()) * 1000)

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)
    return took


async def _pages(sessions: Sessions) -> None:
    """The team's pages one after the other, twice: a nurse's worklist is not read for the first time."""
    for _ in range(2):
        after: tuple[datetime, UUID] | None = None
        async with transaction(sessions, ORGANIZATION, read_only=True) as tx:
            for _ in range(PAGES):
                rows = await worklist.page(tx, WorkFilter(teams=("team-3",)), after=after, limit=50)
                assert len(rows) == 50, "the pool ran out"
                after = (rows[-1].rank_key, rows[-1].id)


async def _naive(url: str) -> list[float]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    took = []
    async with connection.transaction():
        await connection.execute(f"SET LOCAL app.organization = '{ORGANIZATION}'")
        for _ in range(5):
            started = time.perf_counter()
            await connection.fetch(NAIVE, ORGANIZATION, "team-3")
            took.append((time.perf_counter() - started) * 1000)
    await connection.close()
    return took
