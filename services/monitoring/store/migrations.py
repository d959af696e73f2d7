"""Who is followed under a protocol version, and may be moved to another one."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from services.monitoring.domain.enrollments import FOLLOWED
from services.monitoring.store.enrollments import EnrollmentRow
from shared.db.base import Session


async def pinned_to(
    tx: Session, protocol: str, version: str, *, after: UUID | None, limit: int
) -> Sequence[tuple[UUID, UUID]]:
    """Patient and enrollment of those followed under a version, by patient."""
    query = select(EnrollmentRow.patient_id, EnrollmentRow.id).where(*_pinned(protocol, version))
    if after is not None:
        query = query.where(EnrollmentRow.patient_id > after)
    return [(row[0], row[1]) for row in await tx.execute(query.order_by(EnrollmentRow.patient_id).limit(limit))]


async def count_pinned_to(tx: Session, protocol: str, version: str) -> int:
    """How many are followed under a version."""
    query = select(func.count()).select_from(EnrollmentRow).where(*_pinned(protocol, version))
    return await tx.scalar(query) or 0


def _pinned(protocol: str, version: str) -> tuple[ColumnElement[bool], ...]:
    live = EnrollmentRow.state.in_(sorted(FOLLOWED))
    return EnrollmentRow.protocol == protocol, EnrollmentRow.protocol_version == version, live
