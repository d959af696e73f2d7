"""Contacts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from services.coordination.domain.contacts import Attempt
from services.coordination.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.kit.problems import NotFound
from shared.vocabulary import Channel, ContactOutcome, ContactWith


class ContactRow(OfOrganization, Row):
    """A contact; never changed once recorded."""

    __tablename__ = "contacts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    need_id: Mapped[UUID | None] = mapped_column(ForeignKey("needs.id"))
    channel: Mapped[str] = mapped_column(Text)
    contacted: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)
    interpreter_used: Mapped[bool]
    interpreter_language: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    interactive: Mapped[bool]
    met: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    effect: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("ix_contacts_patient", "organization_id", "patient_id", "started_at"),
        Index("ix_contacts_listed", "organization_id", "id"),
    )


def attempt_of(row: ContactRow) -> Attempt:
    """A contact as the rules see it."""
    return Attempt(
        row.started_at,
        Channel(row.channel),
        ContactWith(row.contacted),
        ContactOutcome(row.outcome),
        row.interpreter_used,
    )


async def get(tx: Session, contact_id: UUID) -> ContactRow:
    """One contact.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await tx.get(ContactRow, contact_id)
    if row is None:
        raise NotFound("contact")
    return row


async def of_patient(tx: Session, patient_id: UUID, since: datetime) -> Sequence[ContactRow]:
    """A patient's contacts made since an instant, oldest first."""
    query = select(ContactRow).where(
        ContactRow.organization_id == organization(tx),
        ContactRow.patient_id == patient_id,
        ContactRow.started_at >= since,
    )
    return (await tx.scalars(query.order_by(ContactRow.started_at, ContactRow.id))).all()


async def page(
    tx: Session, patient_id: UUID | None, need_id: UUID | None, *, after: UUID | None, limit: int
) -> Sequence[ContactRow]:
    """Contacts in the order they were recorded, past the row of ``after``."""
    query = select(ContactRow).where(ContactRow.organization_id == organization(tx))
    if patient_id is not None:
        query = query.where(ContactRow.patient_id == patient_id)
    if need_id is not None:
        query = query.where(ContactRow.need_id == need_id)
    if after is not None:
        query = query.where(ContactRow.id > after)
    return (await tx.scalars(query.order_by(ContactRow.id).limit(limit))).all()
