"""Conditions of patients."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, Uuid, and_, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.external_identifiers import Named
from services.coordination.store.base import Row
from services.coordination.store.external_identifiers import having
from shared.db.base import Changing, OfOrganization, Session, organization
from shared.db.filters import between
from shared.kit.problems import NotFound
from shared.kit.searches import ConditionSearch
from shared.vocabulary import ConditionVerification


class ConditionRow(OfOrganization, Changing, Row):
    """A diagnosis or problem; times are kept as far as they are known. The encounter is a stay or a visit."""

    __tablename__ = "conditions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    system: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    verification: Mapped[str] = mapped_column(Text)
    encounter_id: Mapped[UUID | None] = mapped_column(Uuid)
    onset: Mapped[str | None] = mapped_column(Text)
    abatement: Mapped[str | None] = mapped_column(Text)
    recorded: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_conditions_patient", "organization_id", "patient_id", "code"),
        Index("ix_conditions_listed", "organization_id", "id"),
    )


async def get(tx: Session, condition_id: UUID) -> ConditionRow:
    """One condition; raises NotFound."""
    row = await tx.get(ConditionRow, condition_id)
    if row is None:
        raise NotFound("condition")
    return row


async def codes_of(tx: Session, patient_id: UUID) -> list[tuple[str, str]]:
    """(system, code) of a patient's problems that nobody has refuted or entered in error."""
    row = ConditionRow
    query = select(row.system, row.code).where(
        row.organization_id == organization(tx),
        row.patient_id == patient_id,
        row.verification.not_in([ConditionVerification.REFUTED, ConditionVerification.ENTERED_IN_ERROR]),
    )
    return [(system, code) for system, code in await tx.execute(query.distinct().order_by(row.system, row.code))]


async def page(tx: Session, asked: ConditionSearch, *, after: UUID | None, limit: int) -> Sequence[ConditionRow]:
    """Conditions that fit, by id."""
    row = ConditionRow
    query = select(row).where(row.organization_id == organization(tx), *between(row.updated_at, asked.changed))
    if asked.identifiers is not None:
        query = query.where(row.id.in_(having(tx, Named.CONDITION, asked.identifiers)))
    if asked.codes is not None:
        query = query.where(or_(*(_coded(system, code) for system, code in asked.codes)))
    lists = ((row.id, asked.ids), (row.patient_id, asked.patient_ids), (row.status, asked.statuses))
    for column, wanted in (*lists, (row.category, asked.categories)):
        if wanted is not None:
            query = query.where(column.in_(wanted))
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()


def _coded(system: str | None, code: str | None) -> ColumnElement[bool]:
    parts = [ConditionRow.system == system] if system is not None else []
    parts += [ConditionRow.code == code] if code is not None else []
    return and_(*parts) if parts else ConditionRow.code.is_not(None)
