"""Time entries; what was voided or corrected stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, select, text
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain.time_entries import Spent
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session
from shared.kit.problems import NotFound
from shared.vocabulary import Programme, TimeContact


class TimeEntryRow(OfOrganization, Changing, Row):
    """Time somebody spent for a patient; live entries of one patient never overlap (the patient's row is locked)."""

    __tablename__ = "time_entries"
    __table_args__ = (
        Index("ix_time_entries_live", "patient_id", "started_at", postgresql_where=text("voided_at IS NULL")),
        Index("ix_time_entries_patient_id", "patient_id", "id"),
        Index("ix_time_entries_staff", "organization_id", "staff", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    programme: Mapped[str] = mapped_column(Text)
    staff: Mapped[str] = mapped_column(Text)
    credential: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime] = mapped_column(INSTANT)
    activity: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    condition: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(Text)
    replaces: Mapped[UUID | None] = mapped_column(ForeignKey("time_entries.id"))
    voided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    voided_by: Mapped[str | None] = mapped_column(Text)
    void_reason: Mapped[str | None] = mapped_column(Text)


def spent_of(row: TimeEntryRow) -> Spent:
    """The entry as rules see it."""
    return Spent(row.id, Programme(row.programme), row.started_at, row.ended_at, TimeContact(row.contact))


async def get(tx: Session, entry_id: UUID) -> TimeEntryRow:
    """The entry; raises NotFound."""
    row = await tx.get(TimeEntryRow, entry_id)
    if row is None:
        raise NotFound("time entry")
    return row


async def get_for_update(tx: Session, entry_id: UUID) -> TimeEntryRow:
    """The entry, locked; raises NotFound."""
    row = await tx.get(TimeEntryRow, entry_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("time entry")
    return row


async def live(tx: Session, patient_id: UUID, start: datetime, stop: datetime) -> Sequence[TimeEntryRow]:
    """A patient's entries that stand and touch the time between two instants, in order of time."""
    query = select(TimeEntryRow).where(
        TimeEntryRow.patient_id == patient_id,
        TimeEntryRow.voided_at.is_(None),
        TimeEntryRow.started_at < stop,
        TimeEntryRow.ended_at > start,
    )
    return (await tx.scalars(query.order_by(TimeEntryRow.started_at, TimeEntryRow.id))).all()


async def page(
    tx: Session, filters: dict[str, Any], *, standing: bool, after: UUID | None, limit: int
) -> Sequence[TimeEntryRow]:
    """Entries in the order they were recorded; ``filters`` names columns."""
    query = select(TimeEntryRow).order_by(TimeEntryRow.id).limit(limit)
    for name, value in filters.items():
        query = query.where(getattr(TimeEntryRow, name) == value)
    if standing:
        query = query.where(TimeEntryRow.voided_at.is_(None))
    if after is not None:
        query = query.where(TimeEntryRow.id > after)
    return (await tx.scalars(query)).all()
