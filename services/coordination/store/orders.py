"""Orders of another system, beside the needs they are reasons of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.external_identifiers import Named
from services.coordination.domain.orders import ENDED_WITHOUT
from services.coordination.store.base import Row
from services.coordination.store.external_identifiers import having
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.db.filters import between
from shared.kit.problems import NotFound
from shared.kit.searches import OrderSearch
from shared.vocabulary import NeedState, OrderState, SourceKind, WithdrawReason


class OrderRow(OfOrganization, Changing, Row):
    """An order as it was placed. ``state`` is what its sender says; how it stands follows from its need.

    ``authored`` and ``due`` are as exact as they were sent; ``ordered_at`` is when the clocks start.
    """

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    need: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(Text)
    code_system: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    code_text: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    requester: Mapped[str | None] = mapped_column(Text)
    authored: Mapped[str | None] = mapped_column(Text)
    ordered_at: Mapped[datetime] = mapped_column(INSTANT)
    due: Mapped[str | None] = mapped_column(Text)
    stay_id: Mapped[UUID | None] = mapped_column(ForeignKey("stays.id"))

    __table_args__ = (
        Index("ix_orders_listed", "organization_id", "id"),
        Index("ix_orders_patient", "organization_id", "patient_id", "id"),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """An order with the need it is a reason of, as far as there is one."""

    row: OrderRow
    need_id: UUID | None
    need_state: NeedState | None


async def get(tx: Session, order_id: UUID) -> Placed:
    """One order; raises NotFound."""
    found = (await tx.execute(_with_need(tx).where(OrderRow.id == order_id))).first()
    if found is None:
        raise NotFound("service request")
    return _placed(*found)


async def lock(tx: Session, order_id: UUID) -> OrderRow:
    """One order, locked; raises NotFound."""
    query = select(OrderRow).where(OrderRow.organization_id == organization(tx), OrderRow.id == order_id)
    row = await tx.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound("service request")
    return row


async def page(tx: Session, asked: OrderSearch, *, after: UUID | None, limit: int) -> list[Placed]:
    """Orders that fit, newest first, past the one of ``after``."""
    query = _with_need(tx).where(*_conditions(tx, asked))
    if after is not None:
        query = query.where(OrderRow.id < after)
    rows = await tx.execute(query.order_by(OrderRow.id.desc()).limit(limit))
    return [_placed(*each) for each in rows]


def _placed(row: OrderRow, need_id: UUID | None, state: str | None) -> Placed:
    return Placed(row, need_id, None if state is None else NeedState(state))


def _reason() -> ColumnElement[Any]:
    told = func.jsonb_build_object("source_kind", SourceKind.EHR.value, "source_id", cast(OrderRow.id, String))
    return func.jsonb_build_array(told)


def _needs(tx: Session) -> Select[UUID, str]:
    """The need of an order: of the patient, or of whom the record was merged into; not the one that a merge doubled."""
    merged = select(PatientRow.merged_into).where(PatientRow.id == OrderRow.patient_id).correlate(OrderRow)
    doubled = func.coalesce(NeedRow.closed_code, "") == WithdrawReason.MERGED.value
    query = select(NeedRow.id, NeedRow.state).where(
        NeedRow.organization_id == organization(tx),
        NeedRow.patient_id.in_((OrderRow.patient_id, merged.scalar_subquery())),
        NeedRow.reasons.contains(_reason()),
    )
    return query.correlate(OrderRow).order_by(doubled, NeedRow.id.desc()).limit(1)


def _with_need(tx: Session) -> Select[Any]:
    need = _needs(tx).lateral()
    query = select(OrderRow, need.c.id, need.c.state).outerjoin(need, literal(True))
    return query.where(OrderRow.organization_id == organization(tx))


def _conditions(tx: Session, asked: OrderSearch) -> list[ColumnElement[bool]]:
    row = OrderRow
    found = [*between(row.updated_at, asked.changed), *between(row.ordered_at, asked.ordered)]
    if asked.ids is not None:
        found.append(row.id.in_(asked.ids))
    if asked.identifiers is not None:
        found.append(row.id.in_(having(tx, Named.ORDER, asked.identifiers)))
    if asked.codes is not None:
        pairs = ((_is(row.code_system, system), _is(row.code, code)) for system, code in asked.codes)
        found.append(or_(literal(False), *(and_(*pair) for pair in pairs)))
    if asked.patient_ids is not None:
        merged = select(PatientRow.id).where(PatientRow.merged_into.in_(asked.patient_ids))
        found.append(or_(row.patient_id.in_(asked.patient_ids), row.patient_id.in_(merged)))
    if asked.states is not None:
        found.append(_state(tx).in_([state.value for state in asked.states]))
    return found


def _is(column: Any, wanted: str | None) -> ColumnElement[bool]:
    return literal(True) if wanted is None else and_(column == wanted)


def _state(tx: Session) -> ColumnElement[str]:
    """How an order stands, as :func:`services.coordination.domain.orders.standing` says it."""
    state = _needs(tx).with_only_columns(NeedRow.state).scalar_subquery()
    return case(
        (OrderRow.state != OrderState.ACTIVE.value, OrderRow.state),
        (state == NeedState.MET.value, OrderState.COMPLETED.value),
        (state.in_([ended.value for ended in ENDED_WITHOUT]), OrderState.REVOKED.value),
        else_=OrderState.ACTIVE.value,
    )
