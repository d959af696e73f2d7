"""Orders of another system join the same set of needs as everybody's reasons; taken back, they leave it."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import orders as rules
from services.coordination.domain.external_identifiers import Named
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.needs import OPEN
from services.coordination.store import needs as need_store
from services.coordination.store import orders as store
from services.coordination.store.orders import OrderRow, Placed
from services.coordination.usecases import need_withdrawals, need_work, needs, patients
from services.coordination.usecases.naming import claim, new
from services.coordination.usecases.need_work import Note
from shared.contracts.base import Page
from shared.contracts.coordination.clocks import AskClock
from shared.contracts.coordination.needs import IdentifyNeed, PatientNamed, Source
from shared.contracts.coordination.orders import OrderRead, PlaceOrder
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id
from shared.kit.problems import check_version
from shared.kit.searches import OrderSearch
from shared.vocabulary import NeedState, OrderState, SourceKind, WithdrawReason

_CODES = {
    OrderState.REVOKED: WithdrawReason.ORDER_REVOKED,
    OrderState.ENTERED_IN_ERROR: WithdrawReason.ENTERED_IN_ERROR,
}


async def place(tx: Session, body: PlaceOrder, *, actor: Actor, now: datetime) -> OrderRead:
    """Take an order: it joins the open need of its kind and scope, or opens one.

    Raises:
        NotFound: no such patient or stay.
        DueBeforeOrdered: it is wanted before it was ordered.
        IdentifierTaken: another order has one of the identifiers.
    """
    patient = await patients.named(tx, PatientNamed(patient_id=body.patient_id))
    said = body.model_dump(exclude={"identifiers", "patient_id"})
    at = rules.started_at(body.authored, patient.time_zone, now)
    standing = {"state": OrderState.ACTIVE, "ordered_at": at}
    row = OrderRow(**new(tx, body.identifiers, now=now), **said, **standing, patient_id=patient.id)
    tx.add(row)
    await claim(tx, Named.ORDER, row.id, row.identifiers)
    text = body.reason or body.code_text or KINDS[body.need].title
    asked = IdentifyNeed(
        patient_id=patient.id,
        need=body.need,
        reason=text,
        source=Source(kind=SourceKind.EHR, id=str(row.id)),
        priority=body.priority,
        stay_id=body.stay_id,
        clocks=[_clock(body, patient.time_zone, at)],
    )
    await needs.identify(tx, asked, actor=actor, now=now, asked_at=at)
    return _read(tx, await store.get(tx, row.id))


def _clock(body: PlaceOrder, zone: str, start: datetime) -> AskClock:
    wanted = None if body.due is None else rules.rule_until(body.due, start, zone)
    return AskClock(rule=wanted or KINDS[body.need].rule, starts_at=start)


async def change(
    tx: Session, order_id: UUID, body: PlaceOrder, state: OrderState, *, version: int, actor: Actor, now: datetime
) -> tuple[OrderRead, str | None]:
    """Take an order back, or say the same again, which changes nothing. Answers why the need was kept, if it was.

    Raises:
        NotFound, Stale.
        OrderEnded: it was taken back before.
        OrderChanged: something else than its state differs, or its state is not for its sender to say.
    """
    await patients.named(tx, PatientNamed(patient_id=(await store.get(tx, order_id)).row.patient_id))
    row = await store.lock(tx, order_id)
    before = await store.get(tx, order_id)
    check_version(row.version, version)
    read = _read(tx, before)
    said = {name: getattr(read, name) for name in PlaceOrder.model_fields}
    if PlaceOrder.model_validate(said) != body:
        raise rules.OrderChanged("Only an order's status changes: revoke this one and place another.")
    if state is read.state:
        return read, None
    if row.state != OrderState.ACTIVE:
        raise rules.OrderEnded(f"The order is {row.state}. Place another one.")
    if state not in _CODES:
        raise rules.OrderChanged("Send active, revoked or entered-in-error: an order is completed by its need.")
    row.state, row.version, row.updated_at = state, row.version + 1, now
    await tx.flush()
    kept = await _take_back(tx, before, Note(by=actor.person, now=now, code=_CODES[state].value, text=f"order {state}"))
    return _read(tx, await store.get(tx, order_id)), kept


async def _take_back(tx: Session, order: Placed, note: Note) -> str | None:
    if order.need_id is None:
        return None
    need = await need_store.get_for_update(tx, order.need_id)
    kept = await need_withdrawals.lose(tx, need, SourceKind.EHR, str(order.row.id), note)
    if kept is not None and NeedState(need.state) in OPEN and need.touched:
        # Whoever works on it must see that nobody waits for it any more.
        await need_work.noted(tx, need, "order-ended", need.state, note)
    return kept


async def get(tx: Session, order_id: UUID) -> OrderRead:
    """One order; raises NotFound."""
    return _read(tx, await store.get(tx, order_id))


async def find(tx: Session, asked: OrderSearch, *, limit: int, cursor: str | None) -> Page[OrderRead]:
    """A page of the orders that fit, newest first; raises BadCursor."""
    found = [_read(tx, one) for one in await store.page(tx, asked, after=after_id(cursor), limit=limit + 1)]
    return page_of(found, limit, lambda one: one)


def _read(tx: Session, order: Placed) -> OrderRead:
    row = order.row
    audit.saw(tx, row.patient_id, row.id)
    columns = {name: getattr(row, name) for name in OrderRead.model_fields if hasattr(row, name)}
    state = rules.standing(OrderState(row.state), order.need_state)
    return OrderRead.model_validate(
        {**columns, "state": state, "need_id": order.need_id, "need_state": order.need_state}
    )
