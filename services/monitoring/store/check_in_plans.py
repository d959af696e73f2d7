"""Which enrollments wait for their next check-in, and which check-ins no longer fit the plan."""

from collections.abc import Sequence
from datetime import date, datetime
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
    " AND e.patient_id > CAST(:after AS uuid)"
    " AND NOT EXISTS (SELECT FROM job_failures f WHERE f.job = :job AND f.subject_id = e.patient_id"
    "  AND f.retry_at > :now) ORDER BY e.patient_id LIMIT :limit"
)


async def patients_to_plan(tx: Session, job: str, now: datetime, *, after: UUID, limit: int) -> Sequence[UUID]:
    """Patients whose plan of check-ins has to be made or changed, by id, without those on whom the job failed just
    now."""
    rows = await tx.execute(_TO_PLAN, {"job": job, "now": now, "after": after, "limit": limit})
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
