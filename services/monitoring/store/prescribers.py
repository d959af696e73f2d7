"""Who may prescribe what."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Index, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain.medicines import Authority
from services.monitoring.store.base import Row
from shared.db.base import Changing, OfOrganization, Session
from shared.kit.problems import NotFound
from shared.vocabulary import MedicineClass


class PrescriberRow(OfOrganization, Changing, Row):
    """One record of prescriptive authority."""

    __tablename__ = "prescribers"
    __table_args__ = (Index("ix_prescribers_person", "organization_id", "person"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person: Mapped[str] = mapped_column(Text)
    license: Mapped[str] = mapped_column(Text)
    classes: Mapped[list[str]] = mapped_column(JSONB)
    dea: Mapped[bool]
    since: Mapped[date]
    until: Mapped[date | None]
    recorded_by: Mapped[str] = mapped_column(Text)


async def get_for_update(tx: Session, prescriber_id: UUID) -> PrescriberRow:
    """The record, locked; raises NotFound."""
    row = await tx.get(PrescriberRow, prescriber_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("prescriber")
    return row


async def of_person(tx: Session, person: str) -> list[Authority]:
    """What a person may prescribe, by every record there is of them."""
    rows = await tx.scalars(select(PrescriberRow).where(PrescriberRow.person == person))
    return [
        Authority(row.person, frozenset(MedicineClass(each) for each in row.classes), row.dea, row.since, row.until)
        for row in rows
    ]


async def page(tx: Session, *, person: str | None, after: UUID | None, limit: int) -> Sequence[PrescriberRow]:
    """Records by id."""
    query = select(PrescriberRow).order_by(PrescriberRow.id).limit(limit)
    if person is not None:
        query = query.where(PrescriberRow.person == person)
    if after is not None:
        query = query.where(PrescriberRow.id > after)
    return (await tx.scalars(query)).all()
