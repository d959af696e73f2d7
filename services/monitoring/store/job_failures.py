"""Rows of which a clock's job made nothing but an error, until it makes something of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, PrimaryKeyConstraint, Text, Uuid, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization


class JobFailureRow(OfOrganization, Row):
    """``subject_id`` is the row's id (a patient's where the job goes by patients); ``error`` names a class, no value.

    ``attempts`` failed in a row, and the job leaves the row alone until ``retry_at``.
    """

    __tablename__ = "job_failures"
    __table_args__ = (PrimaryKeyConstraint("organization_id", "job", "subject_id"),)

    job: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    attempts: Mapped[int]
    first_failed_at: Mapped[datetime] = mapped_column(INSTANT)
    last_failed_at: Mapped[datetime] = mapped_column(INSTANT)
    retry_at: Mapped[datetime] = mapped_column(INSTANT)
    error: Mapped[str] = mapped_column(Text)


def left_alone(job: str, subject: Any, now: datetime) -> ColumnElement[bool]:
    """Whether the row of this id (a column) failed so lately that the job does not try it at ``now``."""
    row = JobFailureRow
    return exists().where(row.job == job, row.subject_id == subject, row.retry_at > now)


def tried(subject: str, job: str, now: str) -> str:
    """SQL of a condition, the opposite of :func:`left_alone`; all three are SQL expressions."""
    return (
        f"NOT EXISTS (SELECT FROM job_failures f WHERE f.job = {job}::text AND f.subject_id = {subject}"
        f" AND f.retry_at > {now}::timestamptz)"
    )


async def known(tx: Session, job: str) -> dict[UUID, int]:
    """Every row of the organization on which the job fails, with its attempts; hardly ever any."""
    query = select(JobFailureRow.subject_id, JobFailureRow.attempts).where(
        JobFailureRow.organization_id == organization(tx), JobFailureRow.job == job
    )
    return {row.subject_id: row.attempts for row in await tx.execute(query)}


_NOTE = (
    "INSERT INTO job_failures AS f (organization_id, job, subject_id, attempts, first_failed_at, last_failed_at,"
    " retry_at, error) VALUES ($1::uuid, $2, $3::uuid, $4, $5::timestamptz, $5::timestamptz, $6::timestamptz, $7)"
    " ON CONFLICT (organization_id, job, subject_id) DO UPDATE SET attempts = excluded.attempts,"
    " last_failed_at = excluded.last_failed_at, retry_at = excluded.retry_at, error = excluded.error"
)


async def note(
    tx: Session, job: str, subject_id: UUID, *, attempts: int, now: datetime, retry_at: datetime, error: str
) -> None:
    """The job failed on this row, for the ``attempts``-th time."""
    await wire.fetch(tx, _NOTE, organization(tx), job, subject_id, attempts, now, retry_at, error)


_FORGET = "DELETE FROM job_failures WHERE organization_id = $1::uuid AND job = $2 AND subject_id = $3::uuid"


async def forget(tx: Session, job: str, subject_id: UUID) -> None:
    """The job made something of this row, or it is gone."""
    await wire.fetch(tx, _FORGET, organization(tx), job, subject_id)


async def standing(tx: Session, *, limit: int) -> Sequence[JobFailureRow]:
    """Every failure that stands, the longest first."""
    query = select(JobFailureRow).order_by(JobFailureRow.first_failed_at, JobFailureRow.job, JobFailureRow.subject_id)
    return (await tx.scalars(query.limit(limit))).all()


_SETTLED = "DELETE FROM job_failures WHERE organization_id = $1::uuid AND retry_at < $2::timestamptz RETURNING 1"


async def forget_before(tx: Session, before: datetime) -> int:
    """Forget what should have been tried again before an instant and was not; returns how many that were."""
    return len(await wire.fetch(tx, _SETTLED, organization(tx), before))
