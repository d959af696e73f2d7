"""Patients whose records changed are judged by the measures of outcomes; repeats change nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.usecases import outcome_judging
from shared.db.base import Sessions
from shared.db.session import transaction
from shared.kit.log import log
from shared.kit.problems import Unavailable

# One round must not keep the other jobs waiting: so many changes take some seconds.
_AT_ONCE, _A_ROUND = 500, 40


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Judge those who are marked, some in a transaction and so many in a round; returns how many."""
    return sum([await _of(sessions, organization_id) for organization_id in organizations])


async def _of(sessions: Sessions, organization_id: UUID) -> int:
    done = 0
    for _ in range(_A_ROUND):
        async with transaction(sessions, organization_id, read_only=True) as tx:
            patients = await outcome_judging.waiting(tx, _AT_ONCE)
        try:
            some = await _judge(sessions, organization_id, patients)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - which of them it was shows one by one
            log().warning("job.batch-failed", job="outcomes", rows=len(patients), error=type(error).__name__)
            return done + sum([await _one(sessions, organization_id, each) for each in patients])
        if not some:
            break
        done += some
    return done


async def _judge(sessions: Sessions, organization_id: UUID, patients: Sequence[UUID]) -> int:
    if not patients:
        return 0
    async with transaction(sessions, organization_id) as tx:
        return await outcome_judging.judge(tx, patients)


async def _one(sessions: Sessions, organization_id: UUID, patient_id: UUID) -> int:
    """One of a batch that failed; who cannot be judged waits behind all others, and for the next round."""
    try:
        return await _judge(sessions, organization_id, [patient_id])
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - one patient's defect is not the others'
        log().error("outcomes.defect", patient=str(patient_id), exc_info=error)
    async with transaction(sessions, organization_id) as tx:
        await outcome_judging.put_last(tx, patient_id)
    return 0
