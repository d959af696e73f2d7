"""Standing orders: draft, sign (which supersedes the version before), revoke; sign them for single patients."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import standing_orders as rules
from services.monitoring.domain.medicines import drug
from services.monitoring.domain.step_rules import NUMBERS
from services.monitoring.store import patients
from services.monitoring.store import standing_orders as store
from services.monitoring.store.standing_orders import PatientOrderRow, StandingOrderRow
from services.monitoring.usecases import prescribers
from services.monitoring.usecases.standing_order_words import read, read_patient, state, text_of
from shared.contracts.base import Page
from shared.contracts.monitoring.standing_orders import (
    EnrollUnderOrder,
    OrderText,
    PatientOrderRead,
    RevokeOrder,
    SignOrder,
    StandingOrderRead,
)
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import check_version
from shared.kit.zones import local_day
from shared.vocabulary import StandingOrderState


async def draft(tx: Session, body: OrderText, *, actor: Actor, now: datetime) -> StandingOrderRead:
    """Write the next version of an order; it holds for nobody before it is signed.

    Raises:
        OrderRefused: it contradicts itself, or holds for more than a year.
    """
    faults = rules.faults(
        effective=body.effective,
        expires=body.expires,
        singles=(body.min_single, body.max_single),
        max_daily=body.max_daily,
        roles=body.roles,
        numbers=set(body.rule_numbers),
        known_numbers=NUMBERS[body.rule],
        labs=(body.labs_from_day, body.labs_to_day),
    )
    if found := " ".join(faults):
        raise rules.OrderRefused(found)
    row = StandingOrderRow(
        id=new_id(),
        organization_id=organization(tx),
        key=body.key,
        number=await store.next_number(tx, body.key),
        state=StandingOrderState.DRAFT,
        rxnorm=body.rxnorm,
        effective=body.effective,
        expires=body.expires,
        text=body.model_dump(mode="json"),
        author=actor.person,
        version=1,
        created_at=now,
        updated_at=now,
    )
    tx.add(row)
    await tx.flush()
    return read(row, actor=actor, now=now)


async def get(tx: Session, order_id: UUID, *, actor: Actor, now: datetime) -> StandingOrderRead:
    """One version; raises NotFound."""
    return read(await store.get(tx, order_id), actor=actor, now=now)


async def page(
    tx: Session, filters: dict[str, Any], *, limit: int, cursor: str | None, actor: Actor, now: datetime
) -> Page[StandingOrderRead]:
    """Versions by id."""
    rows = await store.page(tx, filters, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: read(row, actor=actor, now=now))


async def sign(
    tx: Session, order_id: UUID, body: SignOrder, *, version: int, actor: Actor, now: datetime
) -> StandingOrderRead:
    """Sign a draft; the signed version before it is superseded.

    Raises:
        NotFound, Stale, WrongOrderState, NoAuthority.
    """
    row = await store.get_for_update(tx, order_id)
    check_version(row.version, version)
    if row.state != StandingOrderState.DRAFT:
        raise rules.WrongOrderState(f"The order is {row.state}: only a draft is signed.")
    await _authorised(tx, row, actor, now)
    before = await store.signed(tx, row.key)
    if before is not None:
        before.state, before.version, before.updated_at = StandingOrderState.SUPERSEDED, before.version + 1, now
        await tx.flush()
    row.signed_by, row.signature, row.signed_at = actor.person, body.signature, now
    return await _moved(tx, row, StandingOrderState.SIGNED, actor=actor, now=now)


async def revoke(
    tx: Session, order_id: UUID, body: RevokeOrder, *, version: int, actor: Actor, now: datetime
) -> StandingOrderRead:
    """Take an order out of force. Raises NotFound, Stale, WrongOrderState."""
    row = await store.get_for_update(tx, order_id)
    check_version(row.version, version)
    if row.state not in (StandingOrderState.DRAFT, StandingOrderState.SIGNED):
        raise rules.WrongOrderState(f"The order is {row.state} already.")
    row.revoked_by, row.revoked_at, row.revoke_reason = actor.person, now, body.reason
    return await _moved(tx, row, StandingOrderState.REVOKED, actor=actor, now=now)


async def enroll(
    tx: Session, order_id: UUID, body: EnrollUnderOrder, *, actor: Actor, now: datetime
) -> PatientOrderRead:
    """A prescriber signs the order for one patient.

    Raises:
        NotFound, WrongOrderState, NoAuthority, BoundsTooWide, AlreadyUnderOrder.
    """
    patient = await patients.get_for_update(tx, body.patient_id)
    audit.saw(tx, patient.id)
    order = await store.get(tx, order_id)
    stands = state(order, local_day(now, patient.time_zone))
    if stands is not StandingOrderState.SIGNED:
        raise rules.WrongOrderState(f"The order is {stands}: only a signed order in force is signed for a patient.")
    await _authorised(tx, order, actor, now)
    text = text_of(order)
    widest = text.min_single <= body.min_single <= body.max_single <= text.max_single
    if not widest or body.max_daily > text.max_daily:
        raise rules.BoundsTooWide(f"The order allows {text.min_single} to {text.max_single}, {text.max_daily} a day.")
    if await store.patient_under(tx, patient.id, order.id) is not None:
        raise rules.AlreadyUnderOrder("End the signature there is before you sign anew.")
    row = PatientOrderRow(
        id=new_id(),
        organization_id=organization(tx),
        standing_order_id=order.id,
        signed_by=actor.person,
        signed_at=now,
        suspended=[],
        version=1,
        created_at=now,
        updated_at=now,
        **body.model_dump(),
    )
    tx.add(row)
    await tx.flush()
    return read_patient(row)


async def patients_under(tx: Session, order_id: UUID, *, limit: int, cursor: str | None) -> Page[PatientOrderRead]:
    """The patients an order is or was signed for; raises NotFound."""
    await store.get(tx, order_id)
    rows = await store.patients_under(tx, order_id, after=after_id(cursor), limit=limit + 1)
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id)
    return page_of(rows, limit, read_patient)


async def end(
    tx: Session, order_id: UUID, patient_order_id: UUID, *, version: int, actor: Actor, now: datetime
) -> PatientOrderRead:
    """The order no longer holds for this patient. Raises NotFound, Stale, WrongOrderState."""
    row = await store.patient_order(tx, patient_order_id)
    audit.saw(tx, row.patient_id)
    check_version(row.version, version)
    if row.standing_order_id != order_id or row.ended_at is not None:
        raise rules.WrongOrderState("The order does not hold for this patient.")
    row.ended_by, row.ended_at, row.version, row.updated_at = actor.person, now, row.version + 1, now
    await tx.flush()
    return read_patient(row)


async def _authorised(tx: Session, row: StandingOrderRow, actor: Actor, now: datetime) -> None:
    text = text_of(row)
    named = drug(text.rxnorm, text.drug, None, controlled=False)
    await prescribers.require(tx, actor.person, named, on=now.date())


async def _moved(
    tx: Session, row: StandingOrderRow, to: StandingOrderState, *, actor: Actor, now: datetime
) -> StandingOrderRead:
    row.state, row.version, row.updated_at = to, row.version + 1, now
    await tx.flush()
    return read(row, actor=actor, now=now)
