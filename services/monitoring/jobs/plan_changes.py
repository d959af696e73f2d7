"""Clocks of the treatment plan: proposals expire, temporary doses go back, signatures become overdue."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.usecases import plan_change_clock
from shared.db.base import Sessions
from shared.db.isolated import one_by_one
from shared.db.session import transaction

JOB = "plan-changes"
_AT_ONCE = 100


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Settle every change that is due at ``now`` (aware), one transaction each; returns how many that were.

    Run twice, or by two workers at once, it changes nothing more.
    """
    done = 0
    for organization_id in organizations:
        after: UUID | None = None
        while found := await _due(sessions, organization_id, after, now):
            done += await one_by_one(
                sessions,
                organization_id,
                JOB,
                found,
                lambda tx, each: plan_change_clock.settle(tx, each, now=now),
                now=now,
            )
            # Each is asked about once a round, whatever came of it.
            after = found[-1]
    return done


async def _due(sessions: Sessions, organization_id: UUID, after: UUID | None, now: datetime) -> list[UUID]:
    async with transaction(sessions, organization_id) as tx:
        return await plan_change_clock.due(tx, JOB, now=now, after=after, limit=_AT_ONCE)
