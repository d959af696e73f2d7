"""The next check-in of every enrollment, by tier, in the patient's days."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.store import check_in_plans
from services.monitoring.usecases import check_in_plans as plans
from shared.db.base import Sessions
from shared.db.isolated import one_by_one
from shared.db.session import transaction

JOB = "check-ins"
_AT_ONCE = 200
_FIRST = UUID(int=0)


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Plan every patient whose next check-in is missing or no longer fits; one transaction a patient.

    Returns how many patients that were. Run twice, or by two workers at once, it makes nothing twice.
    """
    done = 0
    for organization_id in organizations:
        after = _FIRST
        while found := await _some(sessions, organization_id, after, now):
            done += await one_by_one(
                sessions, organization_id, JOB, found, lambda tx, each: plans.run(tx, each, now=now), now=now
            )
            after = found[-1]
    return done


async def _some(sessions: Sessions, organization_id: UUID, after: UUID, now: datetime) -> Sequence[UUID]:
    async with transaction(sessions, organization_id) as tx:
        return await check_in_plans.patients_to_plan(tx, JOB, now, after=after, limit=_AT_ONCE)
