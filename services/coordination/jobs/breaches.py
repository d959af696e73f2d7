"""Needs whose clocks ran out: each breach is recorded once, however often this runs (L2)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from services.coordination.usecases import breaches
from shared.db.base import Sessions
from shared.db.isolated import until_nothing_is_due

JOB, WATCHES = "breaches", "readmission-watches"


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Record what ran out before ``now``, many needs a transaction; returns how many breaches were new."""
    recorded = 0
    for organization_id in organizations:
        find, work = partial(breaches.watches_over, job=WATCHES, now=now), partial(breaches.end_watches, now=now)
        await until_nothing_is_due(sessions, organization_id, WATCHES, find, work, now=now)
        find, work = partial(breaches.ran_out, job=JOB, now=now), partial(breaches.record, now=now)
        recorded += await until_nothing_is_due(sessions, organization_id, JOB, find, work, now=now)
    return recorded
