"""match_p99_ms: the candidates of a need among 50,000 specialists, through HTTP; beside the whole directory judged."""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from benchmarks import directory, place
from benchmarks.report import Figure, figure, quantile
from services.coordination.domain import matching as rules
from services.coordination.store import directory_sieve, needs
from services.coordination.usecases import matching, offers
from shared.db.base import make_engine, make_sessions
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import Running, running

SMALL, LARGE = 5_000, 50_000
NEEDS, WARM, ASKED = 400, 50, 300
_AT_ONCE = 10_000
_BEST: dict[str, str | int] = {"excluded": "false", "limit": 20}
_ALL: dict[str, str | int] = {"excluded": "true", "limit": 20}


async def run() -> list[Figure]:
    """Ask for the candidates of many needs, one after the other, among a tenth of the directory and among all of it."""
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        with tempfile.TemporaryDirectory() as folder:
            async with running(server, Path(folder), "coordination", copied=False) as pair:
                connection = await directory.owner(server, pair)
                async with pair.client("coordination", Role.COORDINATOR) as nurse:
                    await directory.fill(connection, pair.organization, 1, SMALL)
                    await directory.ask(connection, nurse, pair.organization, NEEDS)
                    small = await _timed(nurse, _BEST, ASKED)
                    await directory.fill(connection, pair.organization, SMALL + 1, LARGE)
                    best = await _timed(nurse, _BEST, ASKED)
                    everybody = await _timed(nurse, _ALL, ASKED // 10)
                await connection.close()
                naive = [await _naive(pair, number) for number in (1, 2)]
    setup = (
        f"GET /v1/needs/{{id}}/candidates?excluded=false&limit=20, {ASKED} needs of ten kinds in {directory.TOWNS} "
        f"towns, {LARGE:,} specialists with {directory.SLOTS} open slots each, one client, one process; median "
        f"{quantile(best, 0.5):.1f}; among {SMALL:,}: median {quantile(small, 0.5):.1f}, p99 "
        f"{quantile(small, 0.99):.1f}; with the excluded: median "
        f"{quantile(everybody, 0.5):.1f}, p99 {quantile(everybody, 0.99):.1f}"
    )
    baseline = "the whole directory fetched and judged in process, median"
    against = quantile(naive, 0.5)
    return [figure("match_p99_ms", quantile(best, 0.99), "ms", baseline=baseline, against=against, setup=setup)]


def batched(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Rows in parts of at most ``size``."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


async def _timed(nurse: httpx.AsyncClient, asked: dict[str, str | int], count: int) -> list[float]:
    took = []
    for number in range(1, count + WARM + 1):
        path = f"/v1/needs/{directory.need(number % NEEDS + 1)}/candidates"
        started = time.perf_counter()
        answer = await nurse.get(path, params=asked)
        took.append((time.perf_counter() - started) * 1000)
        assert answer.raise_for_status().json()["candidates"], "nobody fits"
    return took[WARM:]


async def _naive(pair: Running, number: int) -> float:
    engine = make_engine(pair.databases["coordination"])
    now = datetime.now(UTC)
    async with transaction(make_sessions(engine), pair.organization, read_only=True) as tx:
        need = await needs.get(tx, UUID(directory.need(number)))
        search = await matching.begun(tx, need, matching.Asked(), now=now)
        started = time.perf_counter()
        rows = await directory_sieve.first(tx, (), limit=LARGE)
        # A statement takes 32,767 parameters at most.
        parts = [await offers.whole(tx, part, now) for part in batched(rows, _AT_ONCE)]
        rules.rank(search.wanted, [offer for part in parts for offer in part], now)
        took = (time.perf_counter() - started) * 1000
    await engine.dispose()
    return took
