"""Which enrollments wait for their next check-in, which check-ins no longer fit the plan, and which are overdue."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text

from services.monitoring.store.check_ins import CheckInEnrollmentRow, CheckInRow
from services.monitoring.store.enrollments import EnrollmentActRow
from shared.db.base import Session

# An enrollment without an open planned check-in, or with one that was planned for another tier or is not to be held.
_TO_PLAN = text(
    "SELECT e.patient_id FROM enrollments e LEFT JOIN check_in_enrollments c ON c.enrollment_id = e.id AND c.open"
    " WHERE CASE WHEN e.state = 'active' AND e.inpatient_since IS NULL"
    " THEN c.enrollment_id IS NULL OR c.tier <> e.tier ELSE c.enrollment_id IS NOT NULL END"
    " AND e.patient_id > CAST(:after AS uuid) ORDER BY e.patient_id LIMIT :limit"
)


class Overdue(NamedTuple):
    """A check-in of an enrollment that was due on a local day and has not been held."""

    enrollment_id: UUID
    patient_id: UUID
    check_in_id: UUID
    due_on: date
    due_at: datetime


async def patients_to_plan(tx: Session, *, after: UUID, limit: int) -> Sequence[UUID]:
    """Patients whose plan of check-ins has to be made or changed, by id."""
    rows = await tx.execute(_TO_PLAN, {"after": after, "limit": limit})
    return sorted({row[0] for row in rows})


async def planned(tx: Session, patient_id: UUID) -> Sequence[tuple[CheckInEnrollmentRow, CheckInRow]]:
    """A patient's open planned check-ins with the enrollments they are planned for."""
    query = (
        select(CheckInEnrollmentRow, CheckInRow)
        .join(CheckInRow, CheckInRow.id == CheckInEnrollmentRow.check_in_id)
        .where(CheckInRow.patient_id == patient_id, CheckInEnrollmentRow.open)
        .order_by(CheckInEnrollmentRow.enrollment_id)
    )
    return [(served, row) for served, row in await tx.execute(query)]


async def settled_on(tx: Session, enrollment_id: UUID) -> date | None:
    """The day up to which the plan of an enrollment is fulfilled."""
    column = CheckInEnrollmentRow.settled_on
    return await tx.scalar(select(func.max(column)).where(CheckInEnrollmentRow.enrollment_id == enrollment_id))


async def last_acts(tx: Session, enrollment_id: UUID) -> dict[str, datetime]:
    """When each kind of act was last done with an enrollment."""
    columns = (EnrollmentActRow.act, func.max(EnrollmentActRow.at))
    query = select(*columns).where(EnrollmentActRow.enrollment_id == enrollment_id).group_by(EnrollmentActRow.act)
    return {row[0]: row[1] for row in await tx.execute(query)}


async def overdue(tx: Session, now: datetime, *, limit: int, after: UUID | None = None) -> Sequence[Overdue]:
    """Open check-ins whose local day is over at ``now``, by enrollment; one an enrollment.

    Silence about a check-in (clinical §1.11: low one day after ``due_on``, moderate after three) is to be found from
    these. A paused enrollment, or one whose patient is in hospital, has none once the clock's job has run; the caller
    looks at the enrollment's state all the same. It is over when the check-in is held, missed or cancelled.
    """
    query = (
        select(
            CheckInEnrollmentRow.enrollment_id,
            CheckInRow.patient_id,
            CheckInRow.id,
            CheckInRow.due_on,
            CheckInRow.due_at,
        )
        .join(CheckInRow, CheckInRow.id == CheckInEnrollmentRow.check_in_id)
        .where(CheckInEnrollmentRow.open, CheckInRow.due_at < now)
        .order_by(CheckInEnrollmentRow.enrollment_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(CheckInEnrollmentRow.enrollment_id > after)
    return [Overdue(*row) for row in await tx.execute(query)]
