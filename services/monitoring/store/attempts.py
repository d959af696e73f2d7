"""Tries to reach a patient about an alert."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, select
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session


class AttemptRow(OfOrganization, Row):
    """One try, recorded once; nothing changes it."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_patient_id", "patient_id", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"))
    channel: Mapped[str] = mapped_column(Text)
    contacted: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(INSTANT)
    note: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)


async def since(tx: Session, patient_id: UUID, at: datetime) -> Sequence[AttemptRow]:
    """A patient's attempts from an instant (aware) on, oldest first."""
    query = select(AttemptRow).where(AttemptRow.patient_id == patient_id, AttemptRow.at >= at)
    return (await tx.scalars(query.order_by(AttemptRow.at, AttemptRow.id))).all()
