"""Rows on which the clock's jobs fail: put aside so that a round goes on, tried again, and shown."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.job_failures import NOT_COME_TO, retry_at
from services.monitoring.store import job_failures as store
from shared.contracts.ops import JobFailureRead
from shared.db.base import Session
from shared.kit.log import log


async def known(tx: Session, job: str) -> dict[UUID, int]:
    """The rows on which a job failed when it last tried, with how often in a row."""
    return await store.known(tx, job)


async def put_aside(tx: Session, job: str, subject_id: UUID, *, before: int, error: Exception, now: datetime) -> None:
    """The job failed on a row once more; it is left alone for a while, and shown meanwhile."""
    attempts = before + 1
    log().error("job.row-failed", job=job, subject=str(subject_id), attempts=attempts, exc_info=error)
    again = retry_at(attempts, now)
    name = type(error).__name__
    await store.note(tx, job, subject_id, attempts=attempts, now=now, retry_at=again, error=name)


async def over(tx: Session, job: str, subject_id: UUID) -> None:
    """The job made something of a row on which it had failed."""
    await store.forget(tx, job, subject_id)
    log().info("job.row-recovered", job=job, subject=str(subject_id))


async def forget_settled(tx: Session, now: datetime) -> int:
    """Forget rows no job has come to for long after they were to be tried again: something else settled them."""
    return await store.forget_before(tx, now - NOT_COME_TO)


async def listed(tx: Session, *, limit: int) -> Sequence[JobFailureRead]:
    """What stands, the longest first."""
    return [JobFailureRead.model_validate(row) for row in await store.standing(tx, limit=limit)]
