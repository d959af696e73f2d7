"""Patients whose records changed are judged by the measures of outcomes; repeats change nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.usecases import outcome_judging
from shared.db.base import Sessions
from shared.db.isolated import together
from shared.db.session import transaction

JOB = "outcomes"
# One round must not keep the other jobs waiting: so many changes take some seconds.
_AT_ONCE, _A_ROUND = 500, 40


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Judge those who are marked, some in a transaction and so many in a round; returns how many."""
    return sum([await _of(sessions, organization_id, now) for organization_id in organizations])


async def _of(sessions: Sessions, organization_id: UUID, now: datetime) -> int:
    done = 0
    for _ in range(_A_ROUND):
        async with transaction(sessions, organization_id, read_only=True) as tx:
            patients = await outcome_judging.waiting(tx, most=_AT_ONCE, job=JOB, now=now)
        if not patients:
            break
        some = await together(sessions, organization_id, JOB, patients, outcome_judging.judge, now=now)
        if not some:
            break
        done += some
    return done
