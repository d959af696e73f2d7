"""What should have come and did not: plan, look, judge, in transactions of their own.

Two workers share the work row by row (SKIP LOCKED). The row's lock is the lease: it ends with the connection of a
worker that was killed, nothing of its transaction is left, and the next round of any other finds the same rows.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from services.monitoring.store import expectation_plans, expectations
from services.monitoring.usecases import rounds, silence
from shared.db.base import Session, Sessions
from shared.db.isolated import beside, until_nothing_is_due
from shared.db.session import EVERY, transaction

JOB = "silence"
_PLANNED, _LOOKED, _JUDGED = 2_000, 5_000, 500
Step = Callable[[Session], Awaitable[int]]


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Judge what is missing at ``now`` (aware); returns how many expectations were judged.

    Run twice, or by two workers at once, it changes nothing more.
    """
    async with transaction(sessions, EVERY) as tx:
        judged = await rounds.begin(tx, JOB, organizations, now)
    done = 0
    for organization_id in organizations:
        by_patient = partial(until_nothing_is_due, sessions, organization_id, JOB, now=judged)
        by_row = partial(_until_nothing, sessions, organization_id)
        due = partial(expectation_plans.patients_to_plan, job=JOB, now=judged, limit=_PLANNED)
        await by_patient(due, partial(silence.plan, now=judged))
        # Different rows: on two connections neither waits for the other.
        await beside(
            by_row(partial(silence.look, now=judged, limit=_LOOKED)),
            by_row(partial(silence.look_examinations, now=judged, limit=_LOOKED)),
        )
        suspected = partial(expectations.patients_suspected, job=JOB, now=judged, limit=_JUDGED)
        done += await by_patient(suspected, partial(silence.settle, now=judged))
    return done


async def _until_nothing(sessions: Sessions, organization_id: UUID, step: Step) -> int:
    done, count = 0, 1
    while count:
        async with transaction(sessions, organization_id) as tx:
            count = await step(tx)
        done += count
    return done
