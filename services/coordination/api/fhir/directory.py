"""FHIR PractitionerRole and HealthcareService beside entries of the directory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.coordination.api.fhir import directory_words as words
from services.coordination.usecases import care_sites, practitioners, sites
from shared.contracts.coordination.care_sites import CareSiteRead
from shared.contracts.coordination.practitioners import PractitionerRead
from shared.contracts.coordination.sites import EntryRead, RegisterEntry
from shared.contracts.coordination.specialists import PutSpecialist, SitePut
from shared.contracts.people import Identifier as NamedBy
from shared.fhir import people
from shared.fhir.codes import NPI, NUCC, SPECIALTY
from shared.fhir.directory import HealthcareService, PractitionerRole
from shared.fhir.elements import CodeableConcept, ContactPoint, Extension, Identifier, Reference
from shared.fhir.kind import Asked, Draft, Link, link, linked, meta, to
from shared.fhir.outcome import Note
from shared.fhir.problems import CodeUnknown, ValueMissing
from shared.fhir.validation import made
from shared.vocabulary import Modality, Specialty

Entry = PractitionerRole | HealthcareService
DEFAULT_LANGUAGE = "en"  # [default] where nobody says what is spoken


@dataclass(frozen=True, slots=True)
class Known:
    """What the references of an entry lead to."""

    practitioner: PractitionerRead | None = None
    organization: CareSiteRead | None = None
    sites: Sequence[SitePut] = ()


def links(entry: Entry) -> list[Link]:
    """Who it is, for whom they work, and where."""
    name = entry.resource_type
    found = link(_organization(entry), "Organization", f"{name}.{_ORGANIZATION[name]}")
    if isinstance(entry, PractitionerRole):
        found += link(entry.practitioner, "Practitioner", f"{name}.practitioner")
    for index, place in enumerate(entry.location or ()):
        found += link(place, "Location", f"{name}.location[{index}]")
    return found


_ORGANIZATION = {"PractitionerRole": "organization", "HealthcareService": "providedBy"}


def _organization(entry: Entry) -> Reference | None:
    return entry.organization if isinstance(entry, PractitionerRole) else entry.provided_by


async def known(asked: Asked, draft: Draft[Any]) -> Known:
    """What the references of an entry lead to, as it is stored."""
    entry, found = draft.resource, draft.links
    person = linked(found, getattr(entry, "practitioner", None), "Practitioner")
    employer = linked(found, _organization(entry), "Organization")
    places = [linked(found, place, "Location") for place in entry.location or ()]
    return Known(
        None if person is None else await practitioners.get(asked.tx, person),
        None if employer is None else await care_sites.get(asked.tx, employer),
        await sites.as_put(asked.tx, [place for place in places if place is not None]),
    )


def to_contract(entry: Entry, found: Known, origin: Identifier | None = None) -> tuple[RegisterEntry, tuple[Note, ...]]:
    """The entry to register, and what was assumed of it.

    Raises:
        ValueMissing, CodeUnknown, NotTaken, NotAnInstant, Invalid.
    """
    at = entry.resource_type
    said = words.facts(entry.extension, at=at)
    spoken, assumed = _languages(entry, found, at)
    named = entry.identifier or origin
    names = people.identifiers(entry.identifier, origin, at=at) if named else []
    if found.practitioner is not None and said["gender"] is None:
        said["gender"] = found.practitioner.sex
    if not said["modalities"] and found.sites:
        said["modalities"] = [Modality.IN_PERSON]
        assumed += (Note("modality.assumed", "Nothing is said of how patients are met: in person.", f"{at}.extension"),)
    if not said["modalities"]:
        text = f"Say how patients are met, in the extension {words.ROOT}modality, or where, in location."
        raise ValueMissing(text, expression=f"{at}.extension")
    told = made(
        PutSpecialist,
        at,
        name=_name(entry, found, at),
        organization_name=_employer(entry, found, at),
        specialty=_specialty(entry, at),
        npi=next((one.value for one in names if one.system == NPI), None),
        telephone=next((one.value for one in entry.telecom or () if one.system == "phone" and one.use != "old"), None),
        languages=spoken,
        sites=list(found.sites),
        **said,
    )
    registered = made(
        RegisterEntry,
        at,
        identifiers=[one for one in names if one.system != NPI],
        of_person=isinstance(entry, PractitionerRole),
        practitioner_id=found.practitioner.id if found.practitioner else None,
        care_site_id=found.organization.id if found.organization else None,
        active=entry.active is not False,
        entry=told,
    )
    return registered, assumed


def _name(entry: Entry, found: Known, at: str) -> str:
    if isinstance(entry, HealthcareService):
        if entry.name is None:
            raise ValueMissing("A name is needed.", expression=f"{at}.name")
        return entry.name
    if found.practitioner is not None:
        return f"{found.practitioner.given} {found.practitioner.family}"
    if entry.practitioner is None or entry.practitioner.display is None:
        raise ValueMissing("Refer to the Practitioner, or give their name as display.", expression=f"{at}.practitioner")
    return entry.practitioner.display


def _employer(entry: Entry, found: Known, at: str) -> str:
    if found.organization is not None:
        return found.organization.name
    employer = _organization(entry)
    if employer is None or employer.display is None:
        where = f"{at}.{_ORGANIZATION[at]}"
        raise ValueMissing("Refer to the Organization, or give its name as display.", expression=where)
    return employer.display


def _specialty(entry: Entry, at: str) -> Specialty:
    codings = [coding for concept in entry.specialty or () for coding in concept.coding or ()]
    nucc = [coding.code for coding in codings if coding.system == NUCC and coding.code]
    if not nucc:
        error = CodeUnknown if codings else ValueMissing
        raise error(f"Send the specialty as a code of {NUCC}.", expression=f"{at}.specialty")
    # An entry has one specialty: the first that is one of ours.
    known = [code for code in nucc if SPECIALTY.knows(code)]
    return SPECIALTY.read((known or nucc)[0], at=f"{at}.specialty")


def _languages(entry: Entry, found: Known, at: str) -> tuple[list[str], tuple[Note, ...]]:
    if isinstance(entry, HealthcareService):
        spoken = people.languages(entry.communication)
    else:
        own = found.practitioner.languages if found.practitioner else []
        spoken = words.languages(entry.extension, at=at) or own
    if spoken:
        return spoken, ()
    note = Note("language.assumed", f"No language was sent: {DEFAULT_LANGUAGE} is assumed.", f"{at}.extension")
    return [DEFAULT_LANGUAGE], (note,)


def to_fhir(read: EntryRead) -> Entry:
    """An entry as FHIR writes it."""
    entry = read.entry
    names = [*read.identifiers, *([NamedBy(system=NPI, value=entry.npi)] if entry.npi else [])]
    employer = _reference("Organization", read.care_site_id, entry.organization_name)
    common: dict[str, Any] = {
        "id": str(read.id),
        "meta": meta(read.version, read.updated_at),
        "identifier": people.write_identifiers(names),
        "active": read.active,
        "specialty": [_concept(entry.specialty)],
        "location": [to("Location", site.id) for site in entry.sites if site.id is not None] or None,
        "telecom": [ContactPoint(system="phone", value=entry.telephone)] if entry.telephone else None,
    }
    more: list[Extension] = words.write_facts(entry)
    if read.of_person:
        person = _reference("Practitioner", read.practitioner_id, entry.name)
        spoken = words.write_languages(entry.languages)
        return PractitionerRole(**common, practitioner=person, organization=employer, extension=[*spoken, *more])
    spoken_there = people.write_languages(entry.languages)
    return HealthcareService(
        **common, provided_by=employer, name=entry.name, communication=spoken_there, extension=more
    )


def _concept(specialty: Specialty) -> CodeableConcept:
    return SPECIALTY.concept(specialty).model_copy(update={"text": specialty.value})


def _reference(name: str, found: Any, display: str) -> Reference:
    return Reference(reference=None if found is None else f"{name}/{found}", display=display)
