"""Needs whose clocks ran out: each breach is recorded once, however often this runs (L2)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from services.coordination.usecases import breaches
from shared.db import job_failures
from shared.db.base import Sessions
from shared.db.isolated import one_by_one, until_nothing_is_due
from shared.db.session import transaction
from shared.kit.log import log
from shared.kit.problems import Unavailable

JOB, WATCHES = "breaches", "readmission-watches"


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Record what ran out before ``now``, many needs a transaction; returns how many breaches were new."""
    recorded = 0
    for organization_id in organizations:
        find, work = partial(breaches.watches_over, job=WATCHES, now=now), partial(breaches.end_watches, now=now)
        await until_nothing_is_due(sessions, organization_id, WATCHES, find, work, now=now)
        async with transaction(sessions, organization_id, read_only=True) as tx:
            failed = await job_failures.again(tx, JOB, now)
        recorded += await _each(sessions, organization_id, failed, now)
        looked_at = 1
        while looked_at:
            looked_at, new = await _some(sessions, organization_id, now)
            recorded += new
    return recorded


async def _some(sessions: Sessions, organization_id: UUID, now: datetime) -> tuple[int, int]:
    """Many needs in one statement; where that raises, a need a transaction. How many needs, how many breaches."""
    try:
        async with transaction(sessions, organization_id) as tx:
            swept = await breaches.record(tx, job=JOB, now=now)
            return swept.needs, swept.breaches
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - which need it was shows one by one
        log().warning("job.batch-failed", job=JOB, error=type(error).__name__)
    async with transaction(sessions, organization_id, read_only=True) as tx:
        found = await breaches.due(tx, job=JOB, now=now)
    return len(found), await _each(sessions, organization_id, found, now)


async def _each(sessions: Sessions, organization_id: UUID, found: Sequence[UUID], now: datetime) -> int:
    one = partial(breaches.record_one, job=JOB, now=now)
    return await one_by_one(sessions, organization_id, JOB, found, one, now=now) if found else 0
