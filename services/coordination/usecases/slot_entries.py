"""Slots as others send and read them, beside the native API: the same slots, one place each."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import specialists as rules
from services.coordination.domain.external_identifiers import Named
from services.coordination.store import schedules, slots, specialists
from services.coordination.store import slot_entries as store
from services.coordination.store.schedules import ScheduleRow
from services.coordination.store.slots import SlotRow
from services.coordination.usecases.naming import claim, new, rename
from services.coordination.usecases.slots import check
from services.coordination.usecases.specialists import check_own
from shared.contracts.base import Page
from shared.contracts.coordination.schedules import RegisterSlot, SlotEntryRead
from shared.contracts.coordination.slots import NewSlot
from shared.contracts.paging import page_of
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id
from shared.kit.problems import check_version
from shared.kit.searches import CalendarSearch
from shared.vocabulary import Modality, SlotState


async def register(tx: Session, body: RegisterSlot, *, actor: Actor, now: datetime) -> SlotEntryRead:
    """Publish a slot.

    Raises:
        NotFound, CalendarClosed, UnknownSite, NotOffered, ModalityMissing, SlotInThePast, NotYourRecord.
        IdentifierTaken: another slot has one of the identifiers.
    """
    schedule = await schedules.get(tx, body.schedule_id)
    told = await _fits(tx, body, schedule, actor, now)
    place = await store.free_place(tx, schedule.specialist_id, told.starts_at, told.modality, told.site_id)
    columns = {"starts_at": told.starts_at, "ends_at": told.ends_at, "modality": told.modality, "place": place}
    of = {"schedule_id": schedule.id, "specialist_id": schedule.specialist_id, "site_id": schedule.site_id}
    free = {"referral_id": None, "held_until": None, "booked_at": None if body.open else now}
    row = SlotRow(**new(tx, body.identifiers, now=now), **columns, **of, **free)
    tx.add(row)
    await claim(tx, Named.SLOT, row.id, row.identifiers)
    return await _read(tx, row, now)


async def replace(
    tx: Session, slot_id: UUID, body: RegisterSlot, *, version: int, actor: Actor, now: datetime
) -> SlotEntryRead:
    """Move a slot, give it away elsewhere, or open it again. The same again changes nothing.

    Raises:
        NotFound, Stale, and as for :func:`register`.
        SlotTaken: a referral holds or has booked it.
        Moved: it would stand in another specialist's calendar.
    """
    row = await slots.lock(tx, slot_id)
    check_version(row.version, version)
    schedule = await schedules.get(tx, body.schedule_id)
    if schedule.specialist_id != row.specialist_id:
        raise rules.Moved("A slot stays with its specialist: publish another one for somebody else.")
    asked = body.model_copy(update={"modality": body.modality or Modality(row.modality)})
    before, identifiers = _said(row, now), row.identifiers
    after = (asked.starts_at, asked.ends_at, asked.modality, schedule.site_id, schedule.id, asked.open)
    if before == after and identifiers == [one.model_dump() for one in body.identifiers]:
        return await _read(tx, row, now)
    if before != after:
        if row.referral_id is not None and row.state(now) is not SlotState.OPEN:
            raise rules.SlotTaken("A referral holds this slot. Reschedule or cancel the visit first.")
        await _move(tx, row, asked, schedule, actor, now)
    row.identifiers = await rename(tx, Named.SLOT, row.id, identifiers, body.identifiers)
    row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    return await _read(tx, row, now)


async def _move(
    tx: Session, row: SlotRow, body: RegisterSlot, schedule: ScheduleRow, actor: Actor, now: datetime
) -> None:
    told = await _fits(tx, body, schedule, actor, now)
    if (row.starts_at, row.modality, row.site_id) != (told.starts_at, told.modality, told.site_id):
        row.place = await store.free_place(tx, row.specialist_id, told.starts_at, told.modality, told.site_id)
    row.starts_at, row.ends_at, row.modality = told.starts_at, told.ends_at, told.modality
    row.schedule_id, row.site_id = schedule.id, schedule.site_id
    row.referral_id = row.held_until = None
    row.booked_at = None if body.open else row.booked_at or now


def _said(row: SlotRow, now: datetime) -> tuple[object, ...]:
    is_open = row.state(now) is SlotState.OPEN
    return (row.starts_at, row.ends_at, row.modality, row.site_id, row.schedule_id, is_open)


async def _fits(tx: Session, body: RegisterSlot, schedule: ScheduleRow, actor: Actor, now: datetime) -> NewSlot:
    """The slot as somebody would publish it natively. Its specialist is locked: places are numbered one by one."""
    specialist = await specialists.get(tx, schedule.specialist_id, lock=True)
    check_own(specialist, actor, "slots.add")
    if not schedule.active:
        raise rules.CalendarClosed("The calendar is not active: activate it, or publish in another one.")
    usual = Modality.IN_PERSON if schedule.site_id is not None else None
    modality = body.modality or schedule.modality or rules.only_modality(specialist.modalities, usual)
    told = NewSlot(starts_at=body.starts_at, ends_at=body.ends_at, modality=modality, site_id=schedule.site_id)
    check(specialist, told, now)
    return told


async def get(tx: Session, slot_id: UUID, *, now: datetime) -> SlotEntryRead:
    """One slot; raises NotFound."""
    return await _read(tx, await store.get(tx, slot_id), now)


async def find(
    tx: Session, asked: CalendarSearch, *, limit: int, cursor: str | None, now: datetime
) -> Page[SlotEntryRead]:
    """A page of the slots that fit, by id; raises BadCursor."""
    rows = await store.page(tx, asked, after=after_id(cursor), limit=limit + 1, now=now)
    names = await specialists.names(tx, {row.specialist_id for row in rows})
    return page_of(rows, limit, lambda row: _shown(row, names[row.specialist_id], now))


async def _read(tx: Session, row: SlotRow, now: datetime) -> SlotEntryRead:
    return _shown(row, (await specialists.names(tx, [row.specialist_id]))[row.specialist_id], now)


def _shown(row: SlotRow, name: str, now: datetime) -> SlotEntryRead:
    columns = {name: getattr(row, name) for name in SlotEntryRead.model_fields if hasattr(row, name)}
    return SlotEntryRead.model_validate({**columns, "state": row.state(now), "specialist_name": name})
