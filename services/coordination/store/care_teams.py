"""Responsibilities in patients' care."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, select, text, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound


class CareTeamRow(OfOrganization, Changing, Row):
    """One practitioner in one role for one patient; days are local to the patient, both included."""

    __tablename__ = "care_team_members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    role: Mapped[str] = mapped_column(Text)
    practitioner: Mapped[str] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    specialist_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialists.id"))
    telephone: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    __table_args__ = (
        Index("ix_care_team_members_patient", "organization_id", "patient_id", "starts_on", "id"),
        Index(
            "ix_care_team_members_subject",
            "organization_id",
            "subject",
            "id",
            postgresql_where=text("subject IS NOT NULL"),
        ),
    )


async def get_for_update(tx: Session, member_id: UUID) -> CareTeamRow:
    """One responsibility, locked.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(CareTeamRow).where(CareTeamRow.organization_id == organization(tx), CareTeamRow.id == member_id)
    row = await tx.scalar(query.with_for_update())
    if row is None:
        raise NotFound("care team member")
    return row


async def page(
    tx: Session, patient_id: UUID, *, on: date | None, after: tuple[date, UUID] | None, limit: int
) -> Sequence[CareTeamRow]:
    """A patient's care team by start, with ``on`` only those responsible on that day."""
    query = select(CareTeamRow).where(
        CareTeamRow.organization_id == organization(tx), CareTeamRow.patient_id == patient_id
    )
    if on is not None:
        ends = CareTeamRow.ends_on
        query = query.where(CareTeamRow.starts_on <= on, ends.is_(None) | (ends >= on))
    if after is not None:
        query = query.where(tuple_(CareTeamRow.starts_on, CareTeamRow.id) > after)
    return (await tx.scalars(query.order_by(CareTeamRow.starts_on, CareTeamRow.id).limit(limit))).all()


async def held_by(tx: Session, subject: str, *, since: date, most: int, lock: bool) -> Sequence[CareTeamRow]:
    """What a person of the clinic is responsible for, without what ended before ``since``, at most ``most``.

    Specialists of the directory answer for themselves.
    """
    query = select(CareTeamRow).where(
        CareTeamRow.organization_id == organization(tx),
        CareTeamRow.subject == subject,
        CareTeamRow.specialist_id.is_(None),
        CareTeamRow.ends_on.is_(None) | (CareTeamRow.ends_on >= since),
    )
    query = query.order_by(CareTeamRow.id).limit(most)
    return (await tx.scalars(query.with_for_update() if lock else query)).all()
