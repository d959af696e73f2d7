"""Tiers, reviews of targets and expired baselines: what a day's passing alone changes in enrollments."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.store import enrollment_clocks
from services.monitoring.usecases import looks
from shared.db.base import Sessions
from shared.db.isolated import one_by_one
from shared.db.session import transaction

JOB = "looks"
_AT_ONCE = 500


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Look at every enrollment that is due at ``now`` (aware), each in a transaction of its own; returns how many."""
    done = 0
    for organization_id in organizations:
        while due := await _due(sessions, organization_id, now):
            done += await one_by_one(
                sessions, organization_id, JOB, due, lambda tx, each: looks.look(tx, each, now), now=now
            )
    return done


async def _due(sessions: Sessions, organization_id: UUID, now: datetime) -> Sequence[UUID]:
    async with transaction(sessions, organization_id, read_only=True) as tx:
        return await enrollment_clocks.looks_due(tx, JOB, now, limit=_AT_ONCE)
