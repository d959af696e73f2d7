"""Standing orders and the signatures for single patients under them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session
from shared.kit.problems import NotFound

_SIGNED = text("state = 'signed'")
_LASTING = text("ended_at IS NULL")


class StandingOrderRow(OfOrganization, Changing, Row):
    """One version of an order; its text is not changed after it was signed."""

    __tablename__ = "standing_orders"
    __table_args__ = (
        Index("uq_standing_orders_key_number", "organization_id", "key", "number", unique=True),
        Index("uq_standing_orders_signed", "organization_id", "key", unique=True, postgresql_where=_SIGNED),
        Index("ix_standing_orders_rxnorm", "organization_id", "rxnorm"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    rxnorm: Mapped[str] = mapped_column(Text)
    effective: Mapped[date]
    expires: Mapped[date]
    text: Mapped[dict[str, Any]] = mapped_column(JSONB)
    author: Mapped[str] = mapped_column(Text)
    signed_by: Mapped[str | None] = mapped_column(Text)
    signature: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    revoked_by: Mapped[str | None] = mapped_column(Text)
    revoked_at: Mapped[datetime | None] = mapped_column(INSTANT)
    revoke_reason: Mapped[str | None] = mapped_column(Text)


class PatientOrderRow(OfOrganization, Changing, Row):
    """A version of an order signed for one patient with bounds of their own."""

    __tablename__ = "patient_orders"
    __table_args__ = (
        Index("uq_patient_orders_lasting", "patient_id", "standing_order_id", unique=True, postgresql_where=_LASTING),
        Index("ix_patient_orders_standing_order_id", "standing_order_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    standing_order_id: Mapped[UUID] = mapped_column(ForeignKey("standing_orders.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    min_single: Mapped[Decimal]
    max_single: Mapped[Decimal]
    max_daily: Mapped[Decimal]
    signed_by: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    suspended: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


async def get(tx: Session, order_id: UUID) -> StandingOrderRow:
    """The order; raises NotFound."""
    row = await tx.get(StandingOrderRow, order_id)
    if row is None:
        raise NotFound("standing order")
    return row


async def get_for_update(tx: Session, order_id: UUID) -> StandingOrderRow:
    """The order, locked; raises NotFound."""
    row = await tx.get(StandingOrderRow, order_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("standing order")
    return row


async def next_number(tx: Session, key: str) -> int:
    """The number of the next version of a key."""
    return (await tx.scalar(select(func.max(StandingOrderRow.number)).where(StandingOrderRow.key == key)) or 0) + 1


async def signed(tx: Session, key: str) -> StandingOrderRow | None:
    """The signed version of a key, locked."""
    query = select(StandingOrderRow).where(StandingOrderRow.key == key, _SIGNED)
    return await tx.scalar(query.with_for_update())


async def for_patient(tx: Session, patient_id: UUID, rxnorm: str) -> tuple[StandingOrderRow, PatientOrderRow] | None:
    """The newest order for a drug that was signed for a patient and not ended."""
    lasting = (PatientOrderRow.patient_id == patient_id, PatientOrderRow.ended_at.is_(None))
    query = (
        select(StandingOrderRow, PatientOrderRow)
        .join(PatientOrderRow, PatientOrderRow.standing_order_id == StandingOrderRow.id)
        .where(*lasting, StandingOrderRow.rxnorm == rxnorm)
        .order_by(PatientOrderRow.id.desc())
        .limit(1)
    )
    found = (await tx.execute(query)).first()
    return (found[0], found[1]) if found is not None else None


async def for_drug(tx: Session, rxnorm: str) -> StandingOrderRow | None:
    """The newest order for a drug, in whatever state."""
    query = select(StandingOrderRow).where(StandingOrderRow.rxnorm == rxnorm)
    return await tx.scalar(query.order_by(StandingOrderRow.id.desc()).limit(1))


async def excluded(tx: Session) -> frozenset[str]:
    """The circumstances that any order of the organization excludes."""
    named = func.jsonb_array_elements_text(StandingOrderRow.text["excluded_circumstances"])
    return frozenset(await tx.scalars(select(named).distinct()))


async def patient_order(tx: Session, patient_order_id: UUID) -> PatientOrderRow:
    """The signature for one patient, locked; raises NotFound."""
    row = await tx.get(PatientOrderRow, patient_order_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("patient order")
    return row


async def patient_under(tx: Session, patient_id: UUID, order_id: UUID) -> PatientOrderRow | None:
    """The signature of an order for a patient that was not ended."""
    query = select(PatientOrderRow).where(
        PatientOrderRow.patient_id == patient_id,
        PatientOrderRow.standing_order_id == order_id,
        PatientOrderRow.ended_at.is_(None),
    )
    return await tx.scalar(query)


async def lasting_for(tx: Session, patient_id: UUID) -> Sequence[PatientOrderRow]:
    """Every signature for a patient that was not ended, locked."""
    lasting = (PatientOrderRow.patient_id == patient_id, PatientOrderRow.ended_at.is_(None))
    query = select(PatientOrderRow).where(*lasting).order_by(PatientOrderRow.id)
    return (await tx.scalars(query.with_for_update())).all()


async def patients_under(tx: Session, order_id: UUID, *, after: UUID | None, limit: int) -> Sequence[PatientOrderRow]:
    """The patients an order is or was signed for."""
    query = select(PatientOrderRow).where(PatientOrderRow.standing_order_id == order_id).order_by(PatientOrderRow.id)
    if after is not None:
        query = query.where(PatientOrderRow.id > after)
    return (await tx.scalars(query.limit(limit))).all()


async def page(tx: Session, filters: dict[str, Any], *, after: UUID | None, limit: int) -> Sequence[StandingOrderRow]:
    """Orders by id; ``filters`` names columns."""
    query = select(StandingOrderRow).order_by(StandingOrderRow.id).limit(limit)
    for name, value in filters.items():
        query = query.where(getattr(StandingOrderRow, name) == value)
    if after is not None:
        query = query.where(StandingOrderRow.id > after)
    return (await tx.scalars(query)).all()
