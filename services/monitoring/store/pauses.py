"""Pauses of enrollments as rows, and everything else that keeps readings from being expected."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, select
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session
from shared.vocabulary import AbsenceKind


class PauseRow(OfOrganization, Row):
    """One pause: from ``starts_at`` until ``ended_at``; while it lasts, until ``planned_until`` at the latest."""

    __tablename__ = "enrollment_pauses"
    __table_args__ = (Index("ix_enrollment_pauses_enrollment_id", "enrollment_id", "starts_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id"))
    kind: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(INSTANT)
    planned_until: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_by: Mapped[str | None] = mapped_column(Text)


class Absence(NamedTuple):
    """Nothing is expected from ``start`` until before ``end`` (both aware); open while ``end`` is None."""

    enrollment_id: UUID
    kind: AbsenceKind
    start: datetime
    end: datetime | None


async def standing(tx: Session, enrollment_id: UUID) -> PauseRow | None:
    """The pause that has not been ended."""
    query = select(PauseRow).where(PauseRow.enrollment_id == enrollment_id, PauseRow.ended_at.is_(None))
    return (await tx.scalars(query)).one_or_none()


async def ended_at(tx: Session, enrollment_id: UUID, at: datetime) -> PauseRow | None:
    """The pause that was ended at this very instant."""
    query = select(PauseRow).where(PauseRow.enrollment_id == enrollment_id, PauseRow.ended_at == at)
    return (await tx.scalars(query.order_by(PauseRow.starts_at.desc()).limit(1))).one_or_none()


# The planned end counts also before anybody has written the end down, so that a late clock changes nothing.
_ABSENCES = (
    "SELECT p.enrollment_id, 'pause', p.starts_at, coalesce(p.ended_at, p.planned_until) FROM enrollment_pauses p"
    " WHERE p.enrollment_id = ANY($1::uuid[]) AND coalesce(p.ended_at, p.planned_until, 'infinity') > $2::timestamptz"
    " UNION ALL SELECT e.id, 'inpatient', s.started_at, s.ended_at FROM enrollments e JOIN stays s"
    " ON s.patient_id = e.patient_id WHERE e.id = ANY($1::uuid[]) AND s.state <> 'cancelled'"
    " AND coalesce(s.ended_at, 'infinity') > $2::timestamptz"
    " UNION ALL SELECT e.id, 'inpatient', e.inpatient_since, NULL FROM enrollments e WHERE e.id = ANY($1::uuid[])"
    " AND e.inpatient_since IS NOT NULL"
)


async def absences(tx: Session, enrollment_ids: Iterable[UUID], since: datetime) -> list[Absence]:
    """Pauses and hospital stays of these enrollments that were not over at ``since``; they may overlap."""
    rows = await wire.fetch(tx, _ABSENCES, list(enrollment_ids), since)
    return [Absence(row[0], AbsenceKind(row[1]), row[2], row[3]) for row in rows]
