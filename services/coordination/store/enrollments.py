"""How patients are followed in monitoring, as it last said."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, select
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session


class EnrollmentRow(OfOrganization, Changing, Row):
    """One enrollment; its id and version are monitoring's."""

    __tablename__ = "enrollments"
    __table_args__ = (Index("ix_enrollments_patient_id", "organization_id", "patient_id", "id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    request_id: Mapped[UUID | None] = mapped_column(Uuid)
    protocol: Mapped[str] = mapped_column(Text)
    protocol_version: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    tier_reason: Mapped[str] = mapped_column(Text)
    case_manager: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(INSTANT)


async def find_for_update(tx: Session, enrollment_id: UUID) -> EnrollmentRow | None:
    """The enrollment, locked, if monitoring ever spoke of it."""
    return await tx.get(EnrollmentRow, enrollment_id, with_for_update=True)


async def page(tx: Session, patient_id: UUID, *, after: UUID | None, limit: int) -> Sequence[EnrollmentRow]:
    """A patient's enrollments by id, which is their order in time."""
    query = select(EnrollmentRow).where(EnrollmentRow.patient_id == patient_id)
    if after is not None:
        query = query.where(EnrollmentRow.id > after)
    return (await tx.scalars(query.order_by(EnrollmentRow.id).limit(limit))).all()
