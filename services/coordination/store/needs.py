"""Needs, their history, and the breaches of their clocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, PrimaryKeyConstraint, Text, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound
from shared.vocabulary import NeedState, SourceKind

_OPEN = text("closed_at IS NULL")
_WATCHED = text("closed_at IS NULL AND next_breach_at IS NOT NULL")


class NeedRow(OfOrganization, Changing, Row):
    """A need. ``clocks`` follow from ``reasons`` and ``pauses``; ``due_at`` and ``next_breach_at`` from ``clocks``.

    ``breached`` names the clocks that are late and whose breach is on record; ``touched``: somebody has acted on it.
    """

    __tablename__ = "needs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    kind: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    team: Mapped[str | None] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    clocks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    pauses: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    next_breach_at: Mapped[datetime | None] = mapped_column(INSTANT)
    breached: Mapped[list[str]] = mapped_column(ARRAY(Text))
    earliest_start: Mapped[date | None]
    scheduled_for: Mapped[datetime | None] = mapped_column(INSTANT)
    means: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    met_through: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    cost_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    cost_currency: Mapped[str | None] = mapped_column(Text)
    closed_code: Mapped[str | None] = mapped_column(Text)
    closed_note: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(INSTANT)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    touched: Mapped[bool]

    __table_args__ = (
        Index("uq_needs_open", "organization_id", "patient_id", "kind", "scope", unique=True, postgresql_where=_OPEN),
        Index("ix_needs_patient", "organization_id", "patient_id", "id"),
        Index("ix_needs_listed", "organization_id", "id"),
        Index("ix_needs_watched", "organization_id", "next_breach_at", postgresql_where=_WATCHED),
    )


class NeedHistoryRow(OfOrganization, Row):
    """One act on a need; never changed."""

    __tablename__ = "need_history"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    act: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str | None] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime] = mapped_column(INSTANT)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)
    by: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_need_history_need_id", "need_id", "id"),)


class BreachRow(OfOrganization, Row):
    """A clock of a need that was not met in time: one row for each instant it was due, however often the sweep runs."""

    __tablename__ = "need_breaches"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    clock: Mapped[str] = mapped_column(Text)
    clock_kind: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    found_at: Mapped[datetime] = mapped_column(INSTANT)

    __table_args__ = (PrimaryKeyConstraint("need_id", "clock", "due_at"),)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which needs to list; None lists all."""

    patient_id: UUID | None = None
    kind: str | None = None
    state: str | None = None
    owner: str | None = None
    team: str | None = None
    scope: str | None = None
    open: bool | None = None


async def get(tx: Session, need_id: UUID) -> NeedRow:
    """One need.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await tx.get(NeedRow, need_id)
    if row is None:
        raise NotFound("need")
    return row


async def get_for_update(tx: Session, need_id: UUID) -> NeedRow:
    """One need, locked.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(NeedRow).where(NeedRow.id == need_id).with_for_update(key_share=True)
    row = await tx.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("need")
    return row


async def open_of(tx: Session, patient_id: UUID, kinds: Iterable[str] | None = None) -> Sequence[NeedRow]:
    """The open needs of a patient, of some kinds or all, locked and in the order they were recorded."""
    query = select(NeedRow).where(
        NeedRow.organization_id == organization(tx), NeedRow.patient_id == patient_id, NeedRow.closed_at.is_(None)
    )
    if kinds is not None:
        query = query.where(NeedRow.kind.in_(list(kinds)))
    locked = query.order_by(NeedRow.id).with_for_update(key_share=True)
    return (await tx.scalars(locked.execution_options(populate_existing=True))).all()


async def of_ids(tx: Session, ids: Iterable[UUID]) -> Sequence[NeedRow]:
    """Needs by id, open or closed, locked."""
    query = select(NeedRow).where(NeedRow.organization_id == organization(tx), NeedRow.id.in_(list(ids)))
    locked = query.order_by(NeedRow.id).with_for_update(key_share=True)
    return (await tx.scalars(locked.execution_options(populate_existing=True))).all()


async def ids_of(tx: Session, patient_id: UUID) -> Sequence[UUID]:
    """The ids of all needs of a patient."""
    query = select(NeedRow.id).where(NeedRow.organization_id == organization(tx), NeedRow.patient_id == patient_id)
    return (await tx.scalars(query)).all()


async def closed_with(tx: Session, patient_id: UUID, code: str) -> Sequence[NeedRow]:
    """The needs of a patient that ended with a code, locked and in the order they were recorded."""
    query = select(NeedRow).where(
        NeedRow.organization_id == organization(tx), NeedRow.patient_id == patient_id, NeedRow.closed_code == code
    )
    locked = query.order_by(NeedRow.id).with_for_update(key_share=True)
    return (await tx.scalars(locked.execution_options(populate_existing=True))).all()


async def met_after(tx: Session, patient_id: UUID, kind: str, at: datetime) -> Sequence[NeedRow]:
    """The needs of a patient and kind that were met later than an instant, locked, in the order they were recorded."""
    query = select(NeedRow).where(
        NeedRow.organization_id == organization(tx),
        NeedRow.patient_id == patient_id,
        NeedRow.kind == kind,
        NeedRow.state == NeedState.MET,
        NeedRow.done_at > at,
    )
    locked = query.order_by(NeedRow.id).with_for_update(key_share=True)
    return (await tx.scalars(locked.execution_options(populate_existing=True))).all()


async def peek_open(tx: Session, patient_id: UUID) -> Sequence[NeedRow]:
    """The open needs of a patient, for reading only."""
    query = select(NeedRow).where(
        NeedRow.organization_id == organization(tx), NeedRow.patient_id == patient_id, NeedRow.closed_at.is_(None)
    )
    return (await tx.scalars(query.order_by(NeedRow.id))).all()


async def page(tx: Session, wanted: Wanted, *, after: UUID | None, limit: int) -> Sequence[NeedRow]:
    """Needs in the order they were recorded, past the row of ``after``."""
    query = select(NeedRow).where(NeedRow.organization_id == organization(tx))
    for name in ("patient_id", "kind", "state", "owner", "team", "scope"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(getattr(NeedRow, name) == value)
    if wanted.open is not None:
        query = query.where(NeedRow.closed_at.is_(None) if wanted.open else NeedRow.closed_at.is_not(None))
    if after is not None:
        query = query.where(NeedRow.id > after)
    return (await tx.scalars(query.order_by(NeedRow.id).limit(limit))).all()


async def from_stay(tx: Session, patient_id: UUID, stay_id: UUID, *, lock: bool = False) -> Sequence[NeedRow]:
    """The needs of a patient that a stay gave a reason for, in the order they were recorded."""
    return await from_source(tx, patient_id, SourceKind.STAY, str(stay_id), lock=lock)


async def from_source(
    tx: Session, patient_id: UUID, kind: SourceKind, source_id: str, *, lock: bool = False
) -> Sequence[NeedRow]:
    """The needs of a patient that a source gave a reason for, in the order they were recorded."""
    reason = [{"source_kind": kind.value, "source_id": source_id}]
    query = select(NeedRow).where(
        NeedRow.organization_id == organization(tx),
        NeedRow.patient_id == patient_id,
        NeedRow.reasons.contains(reason),
    )
    query = query.order_by(NeedRow.id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await tx.scalars(query)).all()


async def history(tx: Session, need_id: UUID) -> Sequence[NeedHistoryRow]:
    """Every act on a need, oldest first."""
    query = select(NeedHistoryRow).where(NeedHistoryRow.need_id == need_id).order_by(NeedHistoryRow.id)
    return (await tx.scalars(query)).all()


async def add_history(tx: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Write acts down."""
    if entries:
        await tx.execute(insert(NeedHistoryRow), entries)


async def breaches_of(tx: Session, need_id: UUID) -> Sequence[BreachRow]:
    """The breaches of a need on record, in the order they were due."""
    query = select(BreachRow).where(BreachRow.need_id == need_id).order_by(BreachRow.due_at, BreachRow.clock)
    return (await tx.scalars(query)).all()
