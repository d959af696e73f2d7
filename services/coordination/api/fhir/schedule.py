"""FHIR Schedule beside the calendars of entries of the directory."""

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from services.coordination.api.fhir.directory_words import ROOT
from services.coordination.domain.external_identifiers import Named
from services.coordination.usecases import naming, schedules, sites
from shared.contracts.coordination.schedules import RegisterSchedule, ScheduleRead
from shared.fhir import finding, people
from shared.fhir.codes import MODALITY
from shared.fhir.directory import Schedule
from shared.fhir.elements import Extension, Identifier, Reference
from shared.fhir.kind import Asked, Draft, Hits, Kind, Link, Links, Stored, as_id, link, linked, meta, there, to
from shared.fhir.problems import ValueMissing
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, as_uuids
from shared.fhir.validation import made
from shared.kit.searches import CalendarSearch
from shared.vocabulary import Modality

PARAMETERS = {"identifier": Param.TOKEN, "actor": Param.REFERENCE}
MODALITY_URL = f"{ROOT}modality"
_ACTORS = ("PractitionerRole", "HealthcareService", "Location")
_TYPE = re.compile(r"^([A-Z][A-Za-z]+)[/?]")


def links(schedule: Schedule) -> list[Link]:
    """Whose calendar it is, and where."""
    found: list[Link] = []
    for index, actor in enumerate(schedule.actor):
        if (_type_of(actor) or _ACTORS[0]) not in _ACTORS:
            raise ValueMissing(f"An actor is one of {', '.join(_ACTORS)}.", expression=f"Schedule.actor[{index}]")
        found += link(actor, _type_of(actor) or _ACTORS[0], f"Schedule.actor[{index}]")
    return found


def _type_of(actor: Reference) -> str | None:
    """The type an actor says; None for an entry's fullUrl, which says none."""
    match = _TYPE.match(actor.reference or "")
    return match[1] if match else actor.type


def _ids(schedule: Schedule, found: Links) -> list[tuple[str | None, UUID]]:
    named = [(_type_of(actor), linked(found, actor, _type_of(actor) or _ACTORS[0])) for actor in schedule.actor]
    return [(name, one) for name, one in named if one is not None]


def modality(extensions: Sequence[Extension] | None, *, at: str) -> Modality | None:
    """How patients are met, where an extension says it; raises CodeUnknown."""
    said = (one.value_code for one in extensions or () if one.url == MODALITY_URL)
    return next((MODALITY.read(code or "", at=f"{at}.extension") for code in said), None)


def write_modality(known: Modality | None) -> list[Extension] | None:
    """The same as an extension."""
    return [Extension(url=MODALITY_URL, value_code=MODALITY.write(known))] if known else None


def to_contract(
    schedule: Schedule, found: Links, origin: Identifier | None = None, *, places: Collection[UUID] = ()
) -> RegisterSchedule:
    """The calendar to register; ``places`` are those of its actors, of no said type, that are sites.

    Raises:
        ValueMissing: not exactly one role or service, or more than one place.
        CodeUnknown, Invalid.
    """
    actors = _ids(schedule, found)
    where = [one for name, one in actors if name == "Location" or (name is None and one in places)]
    whose = [one for _, one in actors if one not in where]
    if len(whose) != 1 or len(where) > 1:
        text = "A calendar is one PractitionerRole's or one HealthcareService's, and at one Location at most."
        raise ValueMissing(text, expression="Schedule.actor")
    named = schedule.identifier or origin
    return made(
        RegisterSchedule,
        "Schedule",
        identifiers=people.identifiers(schedule.identifier, origin, at="Schedule") if named else [],
        specialist_id=whose[0],
        site_id=where[0] if where else None,
        modality=modality(schedule.extension, at="Schedule"),
        active=schedule.active is not False,
    )


def to_fhir(read: ScheduleRead) -> Schedule:
    """A calendar as FHIR writes it."""
    name = "PractitionerRole" if read.of_person else "HealthcareService"
    actor = Reference(reference=f"{name}/{read.specialist_id}", type=name, display=read.specialist_name)
    place: Sequence[UUID] = [read.site_id] if read.site_id else []
    return Schedule(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        extension=write_modality(read.modality),
        identifier=people.write_identifiers(read.identifiers),
        active=read.active,
        actor=[actor, *(to("Location", site) for site in place)],
    )


async def create(asked: Asked, draft: Draft[Schedule]) -> Stored:
    """Register a calendar."""
    body = to_contract(draft.resource, draft.links, draft.origin, places=await _places(asked, draft))
    read = await schedules.register(asked.tx, body, now=asked.now)
    return Stored(str(read.id), read.version, notes=draft.notes)


async def update(asked: Asked, resource_id: str, version: int, draft: Draft[Schedule]) -> Stored:
    """Replace a calendar."""
    body = to_contract(draft.resource, draft.links, places=await _places(asked, draft))
    read = await schedules.replace(asked.tx, as_id(resource_id, "schedule"), body, version=version, now=asked.now)
    return Stored(str(read.id), read.version, created=False, notes=draft.notes)


async def _places(asked: Asked, draft: Draft[Schedule]) -> set[UUID]:
    return await sites.among(asked.tx, [one for name, one in _ids(draft.resource, draft.links) if name is None])


async def read(asked: Asked, resource_id: str) -> Schedule:
    """One calendar; raises NotFound."""
    return to_fhir(await schedules.get(asked.tx, as_id(resource_id, "schedule")))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of calendars."""
    actors = query.one_reference("actor")
    wanted = CalendarSearch(
        ids=query.ids(),
        identifiers=finding.identifiers(query.one_token("identifier")),
        actors=None if actors is None else as_uuids(actors),
        changed=finding.between(query, "_lastUpdated"),
    )
    page = await schedules.find(asked.tx, wanted, limit=query.count, cursor=query.cursor)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


async def known(asked: Asked, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Stored]:
    """Which of these identifiers are taken."""
    return there(await naming.owners(asked.tx, Named.SCHEDULE, pairs))


KIND = Kind(Schedule, PARAMETERS, read, search, create=create, update=update, known=known, links=links)
