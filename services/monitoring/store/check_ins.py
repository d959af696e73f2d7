"""Check-ins, the enrollments they serve, and the history of their answers."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, PrimaryKeyConstraint, Text, Uuid, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound

_OPEN = text("state IN ('due', 'in-progress')")


class CheckInRow(OfOrganization, Changing, Row):
    """One conversation. ``forms`` are the versions it is pinned to; answers by question: value, who, when."""

    __tablename__ = "check_ins"
    __table_args__ = (
        Index("ix_check_ins_patient_id", "patient_id", "id"),
        Index("ix_check_ins_due_at", "organization_id", "due_at", postgresql_where=_OPEN),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    scheduled: Mapped[bool]
    state: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    time_zone: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    forms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    asked_at: Mapped[datetime | None] = mapped_column(INSTANT)
    answers: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSONB)
    not_asked: Mapped[dict[str, str]] = mapped_column(JSONB)
    contact: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    settled_at: Mapped[datetime | None] = mapped_column(INSTANT)
    settled_by: Mapped[str | None] = mapped_column(Text)
    settled_reason: Mapped[str | None] = mapped_column(Text)


class CheckInEnrollmentRow(OfOrganization, Row):
    """An enrollment a check-in serves.

    ``planned_on``: the day the plan asked for it, null for one opened by somebody. ``open`` while that one waits: an
    enrollment has at most one. ``settled_on``: the day up to which the plan is fulfilled by it.
    """

    __tablename__ = "check_in_enrollments"
    __table_args__ = (
        PrimaryKeyConstraint("check_in_id", "enrollment_id"),
        Index("uq_check_in_enrollments_open", "enrollment_id", unique=True, postgresql_where=text("open")),
        Index("ix_check_in_enrollments_settled_on", "enrollment_id", "settled_on"),
    )

    check_in_id: Mapped[UUID] = mapped_column(ForeignKey("check_ins.id"))
    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id"))
    planned_on: Mapped[date | None]
    tier: Mapped[str] = mapped_column(Text)
    open: Mapped[bool]
    settled_on: Mapped[date | None]


class CheckInChangeRow(OfOrganization, Row):
    """What a version of a check-in changed: answers as they were before it, null where there was none."""

    __tablename__ = "check_in_changes"
    __table_args__ = (PrimaryKeyConstraint("check_in_id", "version"),)

    check_in_id: Mapped[UUID] = mapped_column(ForeignKey("check_ins.id"))
    version: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(INSTANT)
    by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)


async def get(tx: Session, check_in_id: UUID) -> CheckInRow:
    """The check-in; raises NotFound."""
    row = await tx.get(CheckInRow, check_in_id)
    if row is None:
        raise NotFound("check-in")
    return row


async def get_for_update(tx: Session, check_in_id: UUID) -> CheckInRow:
    """The check-in, locked; raises NotFound. The patient's row is to be locked first."""
    row = await tx.get(CheckInRow, check_in_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("check-in")
    return row


async def served(tx: Session, check_in_ids: Iterable[UUID]) -> dict[UUID, list[CheckInEnrollmentRow]]:
    """By check-in, the enrollments it serves."""
    found: dict[UUID, list[CheckInEnrollmentRow]] = {}
    query = select(CheckInEnrollmentRow).where(CheckInEnrollmentRow.check_in_id.in_(list(check_in_ids)))
    for row in await tx.scalars(query.order_by(CheckInEnrollmentRow.enrollment_id)):
        found.setdefault(row.check_in_id, []).append(row)
    return found


async def begun(
    tx: Session,
    patient_ids: Sequence[UUID],
    updated: tuple[datetime | None, datetime | None],
    *,
    upto: UUID | None,
    limit: int,
) -> Sequence[CheckInRow]:
    """Check-ins in which something was answered, newest first, from ``upto`` on; changed in a half-open span."""
    query = select(CheckInRow).where(CheckInRow.patient_id.in_(patient_ids), CheckInRow.asked_at.is_not(None))
    low, high = updated
    if low is not None:
        query = query.where(CheckInRow.updated_at >= low)
    if high is not None:
        query = query.where(CheckInRow.updated_at < high)
    if upto is not None:
        query = query.where(CheckInRow.id <= upto)
    return (await tx.scalars(query.order_by(CheckInRow.id.desc()).limit(limit))).all()


async def due_on(tx: Session, patient_id: UUID, day: date) -> CheckInRow | None:
    """A patient's planned check-in for a day on which nobody has spoken with them yet."""
    query = select(CheckInRow).where(CheckInRow.patient_id == patient_id, CheckInRow.due_on == day)
    return await tx.scalar(query.where(CheckInRow.state == "due", CheckInRow.scheduled).order_by(CheckInRow.id))


async def next_of(tx: Session, patient_id: UUID) -> CheckInRow | None:
    """The check-in of a patient that is due next, or overdue."""
    query = select(CheckInRow).where(CheckInRow.patient_id == patient_id, CheckInRow.state.in_(("due", "in-progress")))
    return await tx.scalar(query.order_by(CheckInRow.due_on, CheckInRow.id).limit(1))


async def open_of(tx: Session, patient_id: UUID) -> Sequence[CheckInRow]:
    """The check-ins of a patient that are due or have begun, locked; the patient's row is to be locked first."""
    query = select(CheckInRow).where(CheckInRow.patient_id == patient_id, CheckInRow.state.in_(("due", "in-progress")))
    return (await tx.scalars(query.order_by(CheckInRow.id).with_for_update())).all()


async def changes(tx: Session, check_in_id: UUID) -> Sequence[CheckInChangeRow]:
    """The history of a check-in, oldest first."""
    query = select(CheckInChangeRow).where(CheckInChangeRow.check_in_id == check_in_id)
    return (await tx.scalars(query.order_by(CheckInChangeRow.version))).all()


def note(
    tx: Session, row: CheckInRow, act: str, *, by: str, at: datetime, reason: str | None, before: dict[str, Any]
) -> None:
    """Move a check-in to its next version, and keep what that changed."""
    row.version += 1
    row.updated_at = at
    change = CheckInChangeRow(
        organization_id=organization(tx),
        check_in_id=row.id,
        version=row.version,
        act=act,
        at=at,
        by=by,
        reason=reason,
        before=before,
    )
    tx.add(change)


async def page(
    tx: Session, filters: dict[str, Any], *, enrollment_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[CheckInRow]:
    """Check-ins, newest first; ``filters`` names columns."""
    query = select(CheckInRow).order_by(CheckInRow.id.desc()).limit(limit)
    for name, value in filters.items():
        query = query.where(getattr(CheckInRow, name) == value)
    if enrollment_id is not None:
        serving = select(CheckInEnrollmentRow.check_in_id).where(CheckInEnrollmentRow.enrollment_id == enrollment_id)
        query = query.where(CheckInRow.id.in_(serving))
    if after is not None:
        query = query.where(CheckInRow.id < after)
    return (await tx.scalars(query)).all()
