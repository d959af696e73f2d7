"""Visits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.external_identifiers import Named
from services.coordination.store.base import Row
from services.coordination.store.external_identifiers import having
from services.coordination.store.periods import overlaps
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.db.filters import between
from shared.kit.problems import NotFound
from shared.kit.searches import EncounterSearch


class VisitRow(OfOrganization, Changing, Row):
    """An encounter that is no stay."""

    __tablename__ = "visits"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    visit_class: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    type: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    practitioner_id: Mapped[UUID | None] = mapped_column(ForeignKey("practitioners.id"))
    care_site_id: Mapped[UUID | None] = mapped_column(ForeignKey("care_sites.id"))

    __table_args__ = (
        Index("ix_visits_patient", "organization_id", "patient_id", "started_at"),
        Index("ix_visits_listed", "organization_id", "id"),
    )


async def get(tx: Session, visit_id: UUID) -> VisitRow:
    """One visit; raises NotFound."""
    row = await tx.get(VisitRow, visit_id)
    if row is None:
        raise NotFound("visit")
    return row


async def page(tx: Session, asked: EncounterSearch, *, after: UUID | None, limit: int) -> Sequence[VisitRow]:
    """Visits that fit, by id."""
    row = VisitRow
    query = select(row).where(
        row.organization_id == organization(tx),
        *between(row.updated_at, asked.changed),
        *overlaps(row.started_at, row.ended_at, asked),
    )
    if asked.identifiers is not None:
        query = query.where(row.id.in_(having(tx, Named.VISIT, asked.identifiers)))
    lists = ((row.id, asked.ids), (row.patient_id, asked.patient_ids), (row.state, asked.states))
    for column, wanted in (*lists, (row.visit_class, asked.classes)):
        if wanted is not None:
            query = query.where(column.in_(wanted))
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()
