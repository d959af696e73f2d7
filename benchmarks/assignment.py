"""assignment_s: 2,000 needs assigned to 5,000 specialists at once, through HTTP; beside the walk down the worklist."""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks import directory, place
from benchmarks.report import Figure, figure
from services.coordination.domain import assignment
from services.coordination.domain.assignment import Terms
from services.coordination.domain.assignment_pairs import panel
from services.coordination.usecases import panels
from shared.contracts.coordination.assignments import ProposeAssignment
from shared.db.base import make_engine, make_sessions
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import Running, running

SIZES = ((200, 500), (2_000, 5_000))


async def run() -> list[Figure]:
    """Propose for a tenth of the needs among a tenth of the directory, then for all."""
    took: list[float] = []
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        for needs, specialists in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                async with running(server, Path(folder), "coordination", copied=False) as pair:
                    connection = await directory.owner(server, pair)
                    async with pair.client("coordination", Role.COORDINATOR) as nurse:
                        nurse.timeout = httpx.Timeout(120)
                        await directory.fill(connection, pair.organization, 1, specialists)
                        await directory.ask(connection, nurse, pair.organization, needs)
                        seconds, found = await _proposed(nurse)
                    took.append(seconds)
                    await connection.close()
                    walked = await _walk(pair)
    spared = found["spared"]
    setup = (
        f"POST /v1/assignments, {SIZES[1][0]:,} needs × {SIZES[1][1]:,} specialists, at most {assignment.UNITS} places "
        f"of each; {SIZES[0][0]} × {SIZES[0][1]}: {took[0]:.2f} s; {found['solver']['assigned']} assigned, "
        f"{spared['more_assigned']} more than down the worklist, {spared['patient_cost']} USD and "
        f"{spared['late_minutes']} minutes late spared"
    )
    return [
        figure("assignment_s", took[1], "s", baseline="panel and walk alone, in process", against=walked, setup=setup)
    ]


async def _proposed(nurse: httpx.AsyncClient) -> tuple[float, dict[str, Any]]:
    started = time.perf_counter()
    answer = await nurse.post("/v1/assignments", json={})
    took = time.perf_counter() - started
    found: dict[str, Any] = answer.raise_for_status().json()
    return took, found


async def _walk(pair: Running) -> float:
    engine = make_engine(pair.databases["coordination"])
    now, late = datetime.now(UTC), timedelta(days=14)
    async with transaction(make_sessions(engine), pair.organization, read_only=True) as tx:
        started = time.perf_counter()
        needs = await panels.needs_of(tx, ProposeAssignment())
        asked = await panels.askings(tx, needs, None, now)
        offers = await panels.directory(tx, needs, now)
        assignment.greedy(panel(asked, offers, Terms(max_late=late)))
        took = time.perf_counter() - started
    await engine.dispose()
    return took
