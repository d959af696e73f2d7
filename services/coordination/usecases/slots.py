"""Publishing slots, and holding, booking and giving them back for referrals."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.coordination.domain import specialists as rules
from services.coordination.store import schedules, slots, specialists
from services.coordination.store.slots import SlotRow
from services.coordination.store.specialists import SpecialistRow
from services.coordination.usecases.specialists import check_own
from shared.contracts.base import Page
from shared.contracts.coordination.slots import AddSlots, NewSlot, SlotRead, SlotsAdded
from shared.contracts.paging import page_of
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.clock import read_instant
from shared.kit.ids import new_id
from shared.kit.paging import place
from shared.vocabulary import SlotState


async def add(tx: Session, specialist_id: UUID, body: AddSlots, *, actor: Actor, now: datetime) -> SlotsAdded:
    """Publish slots; those that are there already stay.

    Raises:
        NotYourRecord: a specialist publishes for another one.
        SlotInThePast, UnknownSite, NotOffered: a slot does not fit.
    """
    row = await specialists.get(tx, specialist_id)
    check_own(row, actor, "slots.add")
    for slot in body.slots:
        check(row, slot, now)
    own = await schedules.own(tx, specialist_id, {(slot.site_id, slot.modality.value) for slot in body.slots}, now)
    each = [(slot, place) for slot in body.slots for place in range(1, slot.places + 1)]
    places = [
        _values(specialist_id, slot, place, now) | {"schedule_id": own[slot.site_id, slot.modality.value]}
        for slot, place in each
    ]
    added = await slots.add(tx, places)
    return SlotsAdded(added=added, already_there=len(places) - added)


def check(row: SpecialistRow, slot: NewSlot, now: datetime) -> None:
    """Raises:
    SlotInThePast, NotOffered, UnknownSite: the slot does not fit its specialist.
    """
    if slot.starts_at <= now:
        raise rules.SlotInThePast("Publish slots that begin in the future.")
    rules.check_modality(slot.modality, row.modalities)
    rules.check_place(slot.site_id, {UUID(site["id"]) for site in row.sites})


def _values(specialist_id: UUID, slot: NewSlot, place: int, now: datetime) -> dict[str, object]:
    times = {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "created_at": now, "updated_at": now}
    kind = {"modality": str(slot.modality), "site_id": slot.site_id, "place": place}
    return {"id": new_id(), "specialist_id": specialist_id, **times, **kind}


async def page(
    tx: Session,
    specialist_id: UUID,
    *,
    since: datetime | None,
    until: datetime | None,
    only_open: bool,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> Page[SlotRead]:
    """A specialist's slots by start, from now on unless ``since`` says otherwise."""
    await specialists.get(tx, specialist_id)
    after = place(cursor, read_instant, UUID)
    rows = await slots.page(
        tx, specialist_id, since=since or now, until=until, only_open=only_open, after=after,
        limit=limit + 1, now=now,
    )  # fmt: skip
    return page_of(rows, limit, lambda row: _read(row, now), at=lambda row: (row.starts_at.isoformat(), str(row.id)))


def _read(row: SlotRow, now: datetime) -> SlotRead:
    """A slot as it stands at ``now``."""
    state = row.state(now)
    values = {name: getattr(row, name) for name in SlotRead.model_fields if name not in ("state", "held_until")}
    held_until = row.held_until if state is SlotState.HELD else None
    return SlotRead.model_validate({**values, "state": state, "held_until": held_until})


async def hold(
    tx: Session,
    specialist_id: UUID,
    which: UUID | Literal["earliest"],
    *,
    referral_id: UUID,
    until: datetime,
    now: datetime,
) -> SlotRow:
    """Keep a slot for a referral until ``until``; any hold the referral had elsewhere is given back.

    Raises:
        NoOpenSlot: none is left.
        SlotTaken: the chosen one is held or booked.
        SlotOfAnother: it belongs to another specialist.
        SlotInThePast: it has begun.
    """
    row = await take(tx, specialist_id, which, referral_id=referral_id, now=now)
    await release(tx, referral_id, now=now, but=row.id)
    row.referral_id, row.held_until = referral_id, until
    _touch(row, now)
    await tx.flush()
    return row


async def book(tx: Session, row: SlotRow, *, referral_id: UUID, now: datetime) -> None:
    """Turn a hold into a booking; any other slot of the referral is given back."""
    await release(tx, referral_id, now=now, but=row.id)
    row.referral_id, row.held_until, row.booked_at = referral_id, None, now
    _touch(row, now)
    await tx.flush()


async def release(tx: Session, referral_id: UUID, *, now: datetime, but: UUID | None = None) -> None:
    """Give back what a referral holds or has booked, as far as it lies ahead: a missed slot stays used."""
    for row in await slots.of_referral(tx, referral_id):
        if row.id != but and row.starts_at > now:
            row.referral_id = row.held_until = row.booked_at = None
            _touch(row, now)


async def take(
    tx: Session, specialist_id: UUID, which: UUID | Literal["earliest"], *, referral_id: UUID, now: datetime
) -> SlotRow:
    """A slot that this referral may have, locked.

    Raises:
        NoOpenSlot, SlotTaken, SlotOfAnother, SlotInThePast: as for :func:`hold`.
    """
    if which == "earliest":
        first = await slots.lock_earliest(tx, specialist_id, now)
        if first is None:
            raise rules.NoOpenSlot("This specialist has no open slot left. Choose another, or leave the slot out.")
        return first
    row = await slots.lock(tx, which)
    if row.specialist_id != specialist_id:
        raise rules.SlotOfAnother("Choose a slot of the specialist the referral goes to.")
    if row.starts_at <= now:
        raise rules.SlotInThePast("The slot has begun. Choose a later one.")
    if row.state(now) is not SlotState.OPEN and row.referral_id != referral_id:
        raise rules.SlotTaken("Somebody else holds this slot. Read the open slots again and choose another.")
    return row


def _touch(row: SlotRow, now: datetime) -> None:
    row.version += 1
    row.updated_at = now
