"""Offering places to those who wait: each place to one, each offer once, and what nobody answers to the next."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain import needs as need_rules
from services.coordination.domain import waitlists as rules
from services.coordination.domain.matching_checks import earliest
from services.coordination.domain.offers import Wanted
from services.coordination.store import directory_sieve, needs, obligations, patients, record_acts, referrals, slots
from services.coordination.store import waitlists as store
from services.coordination.store.slots import SlotRow
from services.coordination.store.waitlists import WaitlistRow
from services.coordination.usecases import matching, offers, preferences
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import NeedState, Priority, TimelineKind, WaitlistState

STAGE = "waitlist-offer"
_PAGE = 200


async def offer_what_is_free(tx: Session, specialist_id: UUID, *, now: datetime) -> int:
    """Offer a specialist's open slots to those who wait, in order; returns how many offers were made.

    A slot goes to the first whom it suits (by a way of meeting they want, within their reach); one that suits nobody
    is passed over, and the next is looked at. Whoever no longer needs one leaves the list.
    """
    row = await directory_sieve.one(tx, specialist_id)
    waiting = await _still_waiting(tx, await store.queue(tx, specialist_id), now)
    if row is None or not waiting:
        return 0
    wishes = [(entry, await _wanted(tx, entry, now)) for entry in waiting]
    # Whom a slot suits follows from its way of meeting and its site: what suits nobody suits nobody later on.
    useless: set[tuple[str, UUID | None]] = set()
    made = 0
    async for slot in _open_slots(tx, specialist_id, now):
        where = (slot.modality, slot.site_id)
        if where in useless:
            continue
        offer = offers.offer(row, [slot], (0, 0))
        suited = next((each for each in wishes if earliest(each[1], offer) is not None), None)
        if suited is None:
            useless.add(where)
        elif (held := await slots.lock_open(tx, slot.id, now)) is not None:
            wishes.remove(suited)
            await _offer(tx, suited[0], held, now)
            made += 1
            if not wishes:
                break
    return made


async def _open_slots(tx: Session, specialist_id: UUID, now: datetime) -> AsyncIterator[SlotRow]:
    after: tuple[datetime, UUID] | None = None
    while True:
        page = await slots.page(
            tx, specialist_id, since=now, until=None, only_open=True, after=after, limit=_PAGE, now=now
        )
        for slot in page:
            yield slot
        if len(page) < _PAGE:
            return
        after = (page[-1].starts_at, page[-1].id)


async def _still_waiting(tx: Session, queue: Sequence[WaitlistRow], now: datetime) -> list[WaitlistRow]:
    waiting = []
    for entry in queue:
        need = await needs.get(tx, entry.need_id)
        live = await referrals.live_of(tx, entry.need_id)
        if NeedState(need.state) in need_rules.OPEN and live is None:
            waiting.append(entry)
        else:
            await end(tx, entry, WaitlistState.CLOSED, now=now)
    return waiting


async def _wanted(tx: Session, entry: WaitlistRow, now: datetime) -> Wanted:
    need = await needs.get(tx, entry.need_id)
    patient = await patients.get(tx, need.patient_id)
    return matching.wanted(need, patient, await preferences.wishes(tx, patient.id), (), matching.Asked(), now)


async def _offer(tx: Session, entry: WaitlistRow, slot: SlotRow, now: datetime) -> None:
    until = min(now + rules.OFFER, slot.starts_at)
    slot.held_until, slot.version, slot.updated_at = until, slot.version + 1, now
    entry.state, entry.slot_id, entry.slot_starts_at, entry.offer_until = (
        WaitlistState.OFFERED, slot.id, slot.starts_at, until,
    )  # fmt: skip
    entry.version, entry.updated_at = entry.version + 1, now
    need = await needs.get(tx, entry.need_id)
    await obligations.put(
        tx,
        source="need",
        source_id=need.id,
        stage=STAGE,
        patient_id=need.patient_id,
        due_at=until,
        priority=Priority(need.priority),
        owner=need.owner,
        team=need.team,
        title="Answer the offer of a place",
        now=now,
    )
    write(tx, entry, need.kind, by=None, now=now)
    await tx.flush()


def write(tx: Session, entry: WaitlistRow, kind: str, *, by: str | None, now: datetime, act: str | None = None) -> None:
    """What became of an entry of a need of a kind, as an act of its own; ``by`` None: by itself."""
    offered = entry.slot_starts_at if entry.state == WaitlistState.OFFERED else None
    code = None if offered is None else offered.isoformat()
    record_acts.put(tx, TimelineKind.WAITLIST, entry.id, act or entry.state, subject=kind, by=by, now=now, code=code)


async def end(
    tx: Session, entry: WaitlistRow, state: WaitlistState, *, now: datetime, actor: Actor | None = None
) -> None:
    """Take an entry off its list; without ``actor`` that came by itself."""
    if entry.state == WaitlistState.OFFERED:
        await obligations.close(tx, source="need", source_id=entry.need_id, stage=STAGE, now=now)
    entry.state, entry.version, entry.updated_at = state, entry.version + 1, now
    need = await needs.get(tx, entry.need_id)
    write(tx, entry, need.kind, by=None if actor is None else actor.person, now=now)
    await tx.flush()


async def over(tx: Session, *, job: str, now: datetime) -> Sequence[UUID]:
    """Offers that nobody answered in time."""
    return await store.over(tx, job=job, now=now)


async def expire(tx: Session, entry_id: UUID, *, now: datetime) -> bool:
    """Let an offer that nobody answered go to the next in order; False when it was answered, or somebody does."""
    entry = await store.lock_over(tx, entry_id, now)
    if entry is not None:
        await end(tx, entry, WaitlistState.EXPIRED, now=now)
    return entry is not None


async def with_room(tx: Session, *, job: str, now: datetime) -> Sequence[UUID]:
    """The specialists for whom somebody waits and who have an open slot."""
    return await store.with_room(tx, job=job, now=now)
