"""Rows of which a clock's job made nothing but an error, until it makes something of them: one table in each service.

They are put aside so that a round goes on, tried again, and shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, column, exists, table
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.db.wire import fetch
from shared.kit.job_failures import NOT_COME_TO, retry_at
from shared.kit.log import log


class JobFailure(OfOrganization):
    """The columns of the table, for each service's own model.

    ``subject_id`` is the row's id (a patient's where the job goes by patients); ``error`` names a class, no value.
    ``attempts`` failed in a row, and the job leaves the row alone until ``retry_at``.
    """

    __tablename__ = "job_failures"

    job: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    attempts: Mapped[int]
    first_failed_at: Mapped[datetime] = mapped_column(INSTANT)
    last_failed_at: Mapped[datetime] = mapped_column(INSTANT)
    retry_at: Mapped[datetime] = mapped_column(INSTANT)
    error: Mapped[str] = mapped_column(Text)


_ROWS = table("job_failures", column("job", Text), column("subject_id", Uuid), column("retry_at", INSTANT))


def left_alone(job: str, subject: Any, now: datetime) -> ColumnElement[bool]:
    """Whether the row of this id (a column) failed so lately that the job does not try it at ``now``."""
    row = _ROWS.c
    return exists().where(row.job == job, row.subject_id == subject, row.retry_at > now)


def tried(subject: str, job: str, now: str) -> str:
    """SQL of a condition, the opposite of :func:`left_alone`; all three are SQL expressions."""
    return (
        f"NOT EXISTS (SELECT FROM job_failures f WHERE f.job = {job}::text AND f.subject_id = {subject}"
        f" AND f.retry_at > {now}::timestamptz)"
    )


_KNOWN = "SELECT subject_id, attempts FROM job_failures WHERE organization_id = $1::uuid AND job = $2"


async def known(tx: Session, job: str) -> dict[UUID, int]:
    """Every row on which the job failed when it last tried, with how often in a row; hardly ever any."""
    return dict(await fetch(tx, _KNOWN, organization(tx), job))


_NOTE = (
    "INSERT INTO job_failures AS f (organization_id, job, subject_id, attempts, first_failed_at, last_failed_at,"
    " retry_at, error) VALUES ($1::uuid, $2, $3::uuid, $4, $5::timestamptz, $5::timestamptz, $6::timestamptz, $7)"
    " ON CONFLICT (organization_id, job, subject_id) DO UPDATE SET attempts = excluded.attempts,"
    " last_failed_at = excluded.last_failed_at, retry_at = excluded.retry_at, error = excluded.error"
)


async def put_aside(tx: Session, job: str, subject_id: UUID, *, before: int, error: Exception, now: datetime) -> None:
    """The job failed on a row once more; it is left alone for a while, and shown meanwhile."""
    attempts, name = before + 1, type(error).__name__
    log().error("job.row-failed", job=job, subject=str(subject_id), attempts=attempts, exc_info=error)
    await fetch(tx, _NOTE, organization(tx), job, subject_id, attempts, now, retry_at(attempts, now), name)


_FORGET = "DELETE FROM job_failures WHERE organization_id = $1::uuid AND job = $2 AND subject_id = $3::uuid"


async def over(tx: Session, job: str, subject_id: UUID) -> None:
    """The job made something of a row on which it had failed."""
    await fetch(tx, _FORGET, organization(tx), job, subject_id)
    log().info("job.row-recovered", job=job, subject=str(subject_id))


_STANDING = (
    "SELECT job, subject_id, attempts, first_failed_at, last_failed_at, retry_at, error FROM job_failures"
    " WHERE organization_id = $1::uuid ORDER BY first_failed_at, job, subject_id LIMIT $2"
)


async def standing(tx: Session, *, limit: int) -> Sequence[Any]:
    """Every failure that stands, the longest first; rows with the columns' names."""
    return await fetch(tx, _STANDING, organization(tx), limit)


_SETTLED = "DELETE FROM job_failures WHERE organization_id = $1::uuid AND retry_at < $2::timestamptz RETURNING 1"


async def forget_settled(tx: Session, now: datetime) -> int:
    """Forget rows no job has come to for long after they were to be tried again: something else settled them."""
    return len(await fetch(tx, _SETTLED, organization(tx), now - NOT_COME_TO))
