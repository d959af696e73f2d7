"""Waiting for a place with a specialist: joining, being offered one when capacity returns, answering."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain import needs as need_rules
from services.coordination.domain import waitlists as rules
from services.coordination.domain.referral_rules import AlreadyLive, NeedClosed
from services.coordination.domain.specialists import Retired
from services.coordination.domain.specialties import check_fits
from services.coordination.store import needs, slots, specialists
from services.coordination.store import waitlists as store
from services.coordination.store.need_codec import reasons_of
from services.coordination.store.referrals import live_of
from services.coordination.store.waitlists import WaitlistFilter, WaitlistRow
from services.coordination.usecases import referrals
from services.coordination.usecases.waitlist_offers import end, offer_what_is_free, write
from shared.contracts.base import Page
from shared.contracts.coordination.referrals import CreateReferral, ReferralRead
from shared.contracts.coordination.waitlists import AcceptOffer, JoinWaitlist, WaitlistRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import check_version
from shared.vocabulary import NeedKind, NeedState, Priority, Specialty, WaitlistState


async def join(tx: Session, need_id: UUID, body: JoinWaitlist, *, actor: Actor, now: datetime) -> WaitlistRead:
    """Wait for a specialist; where a place that suits is free and nobody waits before, it is offered at once.

    Raises:
        NotFound, NeedClosed, Retired, SpecialtyDoesNotFit.
        AlreadyWaiting: the need is on this list.
        AlreadyLive: it has been referred.
    """
    need = await needs.get_for_update(tx, need_id)
    audit.saw(tx, need.patient_id, need.id)
    if NeedState(need.state) not in need_rules.OPEN:
        raise NeedClosed(f"The need is {need.state}. Reopen it first, or identify a new one.")
    specialist = await specialists.get(tx, body.specialist_id)
    if specialist.retired_at is not None:
        raise Retired("Choose another specialist from the candidates.")
    check_fits(NeedKind(need.kind), reasons_of(need), specialist.specialty, meant=body.specialty)
    if await store.live_of(tx, need_id, specialist.id) is not None:
        raise rules.AlreadyWaiting("It keeps its place: there is nothing to do.")
    if await live_of(tx, need_id) is not None:
        raise AlreadyLive("The need has a live referral. Cancel that first, or wait for its answer.")
    row = WaitlistRow(
        id=new_id(),
        organization_id=organization(tx),
        need_id=need.id,
        patient_id=need.patient_id,
        specialist_id=specialist.id,
        priority=need.priority,
        turn=-Priority(need.priority).rank,
        state=WaitlistState.WAITING,
        joined_by=actor.person,
        version=1,
        created_at=now,
        updated_at=now,
    )
    tx.add(row)
    write(tx, row, need.kind, by=actor.person, now=now, act="join")
    await tx.flush()
    await offer_what_is_free(tx, specialist.id, now=now)
    return await _read_one(tx, row)


async def accept(
    tx: Session, entry_id: UUID, body: AcceptOffer, *, version: int, actor: Actor, now: datetime
) -> ReferralRead:
    """Refer the need to the place it was offered.

    Raises:
        NotFound, Stale.
        NothingOffered: the need still waits, or no longer does.
        OfferOver: it was not answered in time.
        AlreadyLive, NeedClosed: as for any referral.
    """
    row = await store.lock(tx, entry_id)
    audit.saw(tx, row.patient_id, row.need_id)
    check_version(row.version, version)
    if row.state != WaitlistState.OFFERED or row.slot_id is None or row.offer_until is None:
        raise rules.NothingOffered(f"The entry is {row.state}. Wait until a place is offered.")
    if row.offer_until <= now:
        raise rules.OfferOver(f"It stood until {row.offer_until:%Y-%m-%dT%H:%MZ}. Join the waitlist again.")
    # The offer's hold gives way to the referral's own, under the slot's lock.
    slot = await slots.lock(tx, row.slot_id)
    slot.held_until = None
    await tx.flush()
    meant = Specialty((await specialists.get(tx, row.specialist_id)).specialty)
    asked = CreateReferral(specialist_id=row.specialist_id, specialty=meant, slot=slot.id, **body.model_dump())
    referral = await referrals.create(tx, row.need_id, asked, actor=actor, now=now)
    row.referral_id = referral.id
    await end(tx, row, WaitlistState.ACCEPTED, actor=actor, now=now)
    return referral


async def leave(tx: Session, entry_id: UUID, *, version: int, actor: Actor, now: datetime) -> WaitlistRead:
    """Stop waiting; a place that was offered goes to the next in order.

    Raises:
        NotFound, Stale.
        NoLongerWaiting: it is over already.
    """
    row = await store.lock(tx, entry_id)
    audit.saw(tx, row.patient_id, row.need_id)
    check_version(row.version, version)
    if WaitlistState(row.state) not in rules.LIVE:
        raise rules.NoLongerWaiting(f"The entry is {row.state}: there is nothing to leave.")
    if row.state == WaitlistState.OFFERED and row.slot_id is not None:
        slot = await slots.lock(tx, row.slot_id)
        slot.held_until = None
        await tx.flush()
    await end(tx, row, WaitlistState.LEFT, actor=actor, now=now)
    await offer_what_is_free(tx, row.specialist_id, now=now)
    return await _read_one(tx, row)


async def page(tx: Session, wanted: WaitlistFilter, *, cursor: str | None, limit: int) -> Page[WaitlistRead]:
    """Entries in the order in which they joined, with each one's place on its list."""
    rows = await store.page(tx, wanted, after=after_id(cursor), limit=limit + 1)
    shown = {read.id: read for read in await _read(tx, rows)}
    return page_of(rows, limit, lambda row: shown[row.id])


async def _read_one(tx: Session, row: WaitlistRow) -> WaitlistRead:
    return (await _read(tx, [row]))[0]


async def _read(tx: Session, rows: Sequence[WaitlistRow]) -> list[WaitlistRead]:
    places = await store.positions(tx, {row.specialist_id for row in rows}) if rows else {}
    for row in rows:
        audit.saw(tx, row.patient_id, row.need_id)
    return [_view(row, places.get(row.id)) for row in rows]


def _view(row: WaitlistRow, position: int | None) -> WaitlistRead:
    columns = {name: getattr(row, name) for name in WaitlistRead.model_fields if hasattr(row, name)}
    return WaitlistRead.model_validate({**columns, "position": position, "joined_at": row.created_at})
