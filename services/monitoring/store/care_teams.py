"""Who is responsible in patients' care, as coordination tells it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, select
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import Changing, OfOrganization, Session


class CareTeamRow(OfOrganization, Changing, Row):
    """One practitioner in one role for one patient; id and version are coordination's."""

    __tablename__ = "care_team_members"
    __table_args__ = (Index("ix_care_team_members_patient_id", "patient_id", "starts_on", "id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    role: Mapped[str] = mapped_column(Text)
    practitioner: Mapped[str] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    telephone: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


async def find_for_update(tx: Session, member_id: UUID) -> CareTeamRow | None:
    """The responsibility, locked, if it is known."""
    return await tx.get(CareTeamRow, member_id, with_for_update=True)


async def of_patient(tx: Session, patient_id: UUID, *, on: date | None = None) -> Sequence[CareTeamRow]:
    """A patient's care team by start; with ``on`` only who is responsible on that day of theirs."""
    query = select(CareTeamRow).where(CareTeamRow.patient_id == patient_id)
    if on is not None:
        ends = CareTeamRow.ends_on
        query = query.where(CareTeamRow.starts_on <= on, ends.is_(None) | (ends >= on))
    return (await tx.scalars(query.order_by(CareTeamRow.starts_on, CareTeamRow.id))).all()
