"""FHIR Encounter: hospital classes are stays, the others are visits."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from services.coordination.api.fhir.encounter_words import (
    StayTold,
    from_stay,
    from_visit,
    identifiers,
    is_stay,
    to_stay,
    to_visit,
)
from services.coordination.domain.stays import FACILITY
from services.coordination.usecases import care_sites, discharges, encounters, stays, visits
from shared.contracts.coordination.stays import EndStay, StayBegun, StayRead
from shared.fhir import finding
from shared.fhir.codes import NON_ACUTE, STAY_CLASS, STAY_STATUS, VISIT_CLASS, Pairs
from shared.fhir.kind import Asked, Draft, Hits, Kind, Link, Stored, as_id, link, linked, text_of, there
from shared.fhir.outcome import Note
from shared.fhir.problems import ValueMissing
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, TokenAsked
from shared.fhir.resources import Condition, Encounter
from shared.kit.searches import EncounterSearch

W = TypeVar("W", bound=StrEnum)

PARAMETERS = {
    "identifier": Param.TOKEN,
    "patient": Param.REFERENCE,
    "subject": Param.REFERENCE,
    "date": Param.DATE,
    "status": Param.TOKEN,
    "class": Param.TOKEN,
}


def links(encounter: Encounter) -> list[Link]:
    """The patient; who saw them and where, as far as they are known.

    Raises:
        ValueMissing: no patient.
    """
    patient = link(encounter.subject, "Patient", "Encounter.subject")
    if not patient:
        raise ValueMissing("Say whose encounter it is.", expression="Encounter.subject")
    seen_by = next((one.individual for one in encounter.participant or () if one.individual), None)
    found = patient + link(encounter.service_provider, "Organization", "Encounter.serviceProvider", needed=False)
    if is_stay(encounter):
        return found
    return found + link(seen_by, "Practitioner", "Encounter.participant[0].individual", needed=False)


async def create(asked: Asked, draft: Draft[Encounter]) -> Stored:
    """Record a visit, or a stay with its discharge."""
    encounter = draft.resource
    if not is_stay(encounter):
        body = to_visit(encounter, draft.links, draft.origin)
        visit = await visits.record(asked.tx, body, now=asked.now)
        return Stored(str(visit.id), visit.version, notes=draft.notes)
    told = to_stay(
        encounter,
        draft.links,
        draft.origin,
        conditions=_conditions_of(draft),
        facility=await _facility(asked, draft),
        as_of=asked.as_of,
    )
    stay = await _admit(asked, told)
    return Stored(str(stay.id), stay.version, notes=draft.notes + _left_out(draft) + _overlaps(stay))


def _overlaps(stay: StayRead) -> tuple[Note, ...]:
    found = stay.overlaps if isinstance(stay, StayBegun) else []
    return tuple(Note("stay.overlaps", f"At the same time as stay {each.stay_id}. {each.note}") for each in found)


async def read(asked: Asked, resource_id: str) -> Encounter:
    """One stay or visit; raises NotFound."""
    found = await encounters.get(asked.tx, as_id(resource_id, "encounter"), actor=asked.actor)
    return from_stay(found) if isinstance(found, StayRead) else from_visit(found)


async def search(asked: Asked, query: Query) -> Hits:
    """A page of stays and visits."""
    states = _words(query.one_token("status"), STAY_STATUS)
    classes = _with_facilities(query.one_token("class"))
    page = await encounters.find(
        asked.tx,
        of_stays=_asked_of(query, states, _words(classes, STAY_CLASS)),
        of_visits=_asked_of(query, states, _words(classes, VISIT_CLASS)),
        limit=query.count,
        cursor=query.cursor,
        actor=asked.actor,
    )
    found = [from_stay(one) if isinstance(one, StayRead) else from_visit(one) for one in page.items]
    return Hits(found, page.next_cursor)


async def _admit(asked: Asked, told: StayTold) -> StayRead:
    tx, actor, now = asked.tx, asked.actor, asked.now
    stay = await stays.admit(tx, told.admit, actor=actor, now=now)
    if told.discharge is not None:
        return await discharges.discharge(tx, stay.id, told.discharge, version=None, actor=actor, now=now)
    if told.cancelled:
        reason = EndStay(reason="Cancelled at the sender")
        return await stays.cancel(tx, stay.id, reason, version=stay.version, actor=actor, now=now)
    return stay


async def _facility(asked: Asked, draft: Draft[Encounter]) -> str | None:
    provider = draft.resource.service_provider
    site = linked(draft.links, provider, "Organization")
    if site is not None:
        return (await care_sites.get(asked.tx, site)).name
    return provider.display if provider else None


def _conditions_of(draft: Draft[Encounter]) -> list[Condition]:
    patient = text_of(draft.resource.subject, "Patient")
    told = [one for one in draft.beside if isinstance(one, Condition)]
    return [one for one in told if text_of(one.subject, "Patient") == patient]


def _left_out(draft: Draft[Encounter]) -> tuple[Note, ...]:
    if len(identifiers(draft.resource, draft.origin)) < 2:
        return ()
    return (Note("identifier.left-out", "A stay keeps its first identifier.", "Encounter.identifier"),)


def _with_facilities(classes: Sequence[TokenAsked] | None) -> Sequence[TokenAsked] | None:
    """What is asked of stays that are not acute is asked of facilities, and of no hospital."""
    if classes is None or all(one.code != NON_ACUTE for one in classes):
        return classes
    others = [one for one in classes if one.code != NON_ACUTE]
    return [*others, *(TokenAsked(None, STAY_CLASS.write(one)) for one in sorted(FACILITY))]


def _words(asked: Sequence[TokenAsked] | None, pairs: Pairs[W]) -> list[str] | None:
    if asked is None:
        return None
    return [str(pairs.read(one.code, at="search")) for one in asked if one.code and pairs.knows(one.code)]


def _asked_of(query: Query, states: Sequence[str] | None, classes: Sequence[str] | None) -> EncounterSearch | None:
    if classes == [] or states == []:
        return None
    return finding.encounters(query, states=states, classes=classes)


async def known(asked: Asked, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Stored]:
    """Which of these identifiers are taken."""
    return there(await encounters.owners(asked.tx, pairs))


KIND = Kind(Encounter, PARAMETERS, read, search, create=create, known=known, links=links)
