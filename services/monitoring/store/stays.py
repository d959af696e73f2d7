"""Hospital stays, as coordination tells of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, func, select
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.contracts.monitoring.stays import StayProgress
from shared.db.base import INSTANT, Changing, OfOrganization, Session


class StayRow(OfOrganization, Changing, Row):
    """One stay; its id is coordination's."""

    __tablename__ = "stays"
    __table_args__ = (Index("ix_stays_patient_id", "patient_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    started_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(Text)
    lace: Mapped[int | None]


async def find_for_update(tx: Session, stay_id: UUID) -> StayRow | None:
    """The stay, locked, if it is known."""
    return await tx.get(StayRow, stay_id, with_for_update=True)


async def inside_since(tx: Session, patient_id: UUID) -> datetime | None:
    """Since when the patient is in hospital; None when they are not, as far as is known."""
    query = select(func.min(StayRow.started_at)).where(StayRow.patient_id == patient_id)
    return await tx.scalar(query.where(StayRow.state == StayProgress.IN_PROGRESS))


async def last_ended(tx: Session, patient_id: UUID) -> StayRow | None:
    """The patient's finished stay that ended last."""
    query = select(StayRow).where(StayRow.patient_id == patient_id, StayRow.state == "finished")
    return await tx.scalar(query.where(StayRow.ended_at.is_not(None)).order_by(StayRow.ended_at.desc()).limit(1))


async def of_patient(tx: Session, patient_id: UUID) -> Sequence[StayRow]:
    """A patient's stays, newest first."""
    query = select(StayRow).where(StayRow.patient_id == patient_id)
    return (await tx.scalars(query.order_by(StayRow.started_at.desc(), StayRow.id))).all()
