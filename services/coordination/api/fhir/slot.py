"""FHIR Slot beside the places in a specialist's calendar."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.coordination.api.fhir.schedule import modality, write_modality
from services.coordination.domain.external_identifiers import Named
from services.coordination.usecases import naming, slot_entries
from shared.contracts.coordination.schedules import RegisterSlot, SlotEntryRead
from shared.fhir import finding, people
from shared.fhir.directory import Slot
from shared.fhir.elements import Identifier, Reference
from shared.fhir.kind import Asked, Draft, Hits, Kind, Link, Links, Stored, as_id, link, linked, meta, there
from shared.fhir.problems import CodeUnknown, PeriodBackwards, ValueMissing
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, TokenAsked, as_uuids
from shared.fhir.times import write
from shared.fhir.validation import made
from shared.kit.searches import CalendarSearch
from shared.vocabulary import SlotState

PARAMETERS = {"identifier": Param.TOKEN, "schedule": Param.REFERENCE, "start": Param.DATE, "status": Param.TOKEN}
_FREE = "free"
_GIVEN_AWAY = ("busy", "busy-unavailable")
_STATES = {
    _FREE: SlotState.OPEN, "busy-tentative": SlotState.HELD, "busy": SlotState.BOOKED,
    "busy-unavailable": SlotState.BOOKED,
}  # fmt: skip


def links(slot: Slot) -> list[Link]:
    """The calendar it stands in; a display alone refers to nothing.

    Raises:
        ValueMissing: no calendar.
    """
    found = link(slot.schedule, "Schedule", "Slot.schedule")
    if not found:
        raise ValueMissing("Refer to the Schedule the slot stands in.", expression="Slot.schedule")
    return found


def to_contract(slot: Slot, found: Links, origin: Identifier | None = None) -> RegisterSlot:
    """The slot to publish.

    Raises:
        CodeUnknown: a status that is not the sender's to give.
        PeriodBackwards: it ends before it starts, or then.
        Invalid: also for a slot of more than a day.
    """
    if slot.status not in (_FREE, *_GIVEN_AWAY):
        text = "Send free, or busy-unavailable for a slot that is given away elsewhere. Holds are taken here."
        raise CodeUnknown(text, expression="Slot.status")
    starts_at, ends_at = datetime.fromisoformat(slot.start), datetime.fromisoformat(slot.end)
    if ends_at <= starts_at:
        raise PeriodBackwards("The slot must end after it starts.", expression="Slot.end")
    named = slot.identifier or origin
    return made(
        RegisterSlot,
        "Slot",
        identifiers=people.identifiers(slot.identifier, origin, at="Slot") if named else [],
        schedule_id=linked(found, slot.schedule, "Schedule"),
        starts_at=starts_at,
        ends_at=ends_at,
        modality=modality(slot.extension, at="Slot"),
        open=slot.status == _FREE,
    )


def to_fhir(read: SlotEntryRead) -> Slot:
    """A slot as FHIR writes it: held is busy-tentative, given away elsewhere is busy-unavailable."""
    status = next(code for code, state in _STATES.items() if state is read.state)
    if read.state is SlotState.BOOKED and read.referral_id is None:
        status = "busy-unavailable"
    calendar = None if read.schedule_id is None else f"Schedule/{read.schedule_id}"
    return Slot(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        extension=write_modality(read.modality),
        identifier=people.write_identifiers(read.identifiers),
        schedule=Reference(reference=calendar, display=read.specialist_name),
        status=status,
        start=write(read.starts_at),
        end=write(read.ends_at),
    )


async def create(asked: Asked, draft: Draft[Slot]) -> Stored:
    """Publish a slot."""
    body = to_contract(draft.resource, draft.links, draft.origin)
    read = await slot_entries.register(asked.tx, body, actor=asked.actor, now=asked.now)
    return Stored(str(read.id), read.version, notes=draft.notes)


async def update(asked: Asked, resource_id: str, version: int, draft: Draft[Slot]) -> Stored:
    """Move a slot, give it away, or open it again."""
    body = to_contract(draft.resource, draft.links)
    slot_id = as_id(resource_id, "slot")
    read = await slot_entries.replace(
        asked.tx, slot_id, body, version=version, actor=asked.actor, now=asked.now
    )  # fmt: skip
    return Stored(str(read.id), read.version, created=False, notes=draft.notes)


async def read(asked: Asked, resource_id: str) -> Slot:
    """One slot; raises NotFound."""
    return to_fhir(await slot_entries.get(asked.tx, as_id(resource_id, "slot"), now=asked.now))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of slots."""
    calendars, status = query.one_reference("schedule"), query.one_token("status")
    wanted = CalendarSearch(
        ids=query.ids(),
        identifiers=finding.identifiers(query.one_token("identifier")),
        schedules=None if calendars is None else as_uuids(calendars),
        states=None if status is None else _states(status),
        starts=finding.between(query, "start"),
        changed=finding.between(query, "_lastUpdated"),
    )
    page = await slot_entries.find(asked.tx, wanted, limit=query.count, cursor=query.cursor, now=asked.now)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


def _states(asked: Sequence[TokenAsked]) -> list[SlotState]:
    return [_STATES[one.code] for one in asked if one.code in _STATES]


async def known(asked: Asked, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Stored]:
    """Which of these identifiers are taken."""
    return there(await naming.owners(asked.tx, Named.SLOT, pairs))


KIND = Kind(Slot, PARAMETERS, read, search, create=create, update=update, known=known, links=links)
