"""Which enrollments the clock comes to: planned ends of pauses, and the daily look."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.monitoring.store.enrollments import IS_FOLLOWED, PAUSED, EnrollmentRow
from shared.db.base import Session
from shared.db.job_failures import left_alone


async def pauses_over(tx: Session, job: str, now: datetime, *, limit: int) -> Sequence[UUID]:
    """Paused enrollments whose planned end has come, without those on which the job failed just now."""
    query = select(EnrollmentRow.id).where(PAUSED, EnrollmentRow.paused_until <= now)
    query = query.where(~left_alone(job, EnrollmentRow.id, now))
    return (await tx.scalars(query.order_by(EnrollmentRow.paused_until, EnrollmentRow.id).limit(limit))).all()


async def looks_due(tx: Session, job: str, now: datetime, *, limit: int) -> Sequence[UUID]:
    """Active and paused enrollments that are to be looked at, the longest waiting first, without those on which the
    job failed just now."""
    query = select(EnrollmentRow.id).where(IS_FOLLOWED, EnrollmentRow.look_due_at <= now)
    query = query.where(~left_alone(job, EnrollmentRow.id, now))
    return (await tx.scalars(query.order_by(EnrollmentRow.look_due_at, EnrollmentRow.id).limit(limit))).all()
