"""FHIR Patient beside coordination's patients."""

from collections.abc import Mapping, Sequence

from services.coordination.api.fhir import reach
from services.coordination.usecases import patient_search, patients
from shared.contracts.coordination.patients import PatientRead, PrimaryCare, RegisterPatient
from shared.fhir import finding, people
from shared.fhir.codes import GENDER, NPI
from shared.fhir.elements import HumanName, Identifier, Reference
from shared.fhir.kind import Asked, Draft, Hits, Kind, Stored, as_id, meta, there
from shared.fhir.outcome import Note
from shared.fhir.query import Query
from shared.fhir.resources import Patient, PatientLink
from shared.fhir.validation import made


def to_contract(patient: Patient, origin: Identifier | None = None) -> tuple[RegisterPatient, tuple[Note, ...]]:
    """The patient to register, and what was assumed. Coverage is not part of FHIR's Patient.

    Raises:
        NotTaken, ValueMissing, CodeUnknown, NotAnInstant, Invalid.
    """
    people.refuse_what_changes_the_person(patient)
    name = people.name(patient.name, at="Patient")
    zone, notes = people.zone(patient)
    register = made(
        RegisterPatient,
        "Patient",
        identifiers=people.identifiers(patient.identifier, origin, at="Patient"),
        family=name.family,
        given=" ".join(name.given or ()),
        birth_date=people.birth_date(patient),
        sex=people.sex(patient),
        language=reach.language(patient),
        interpreter_needed=reach.interpreter_needed(patient),
        time_zone=zone,
        telecom=reach.telecom(patient),
        address=reach.address(patient),
        primary_care=_primary_care(patient),
        deceased_at=people.deceased_at(patient),
    )
    return register, notes


def to_fhir(read: PatientRead) -> Patient:
    """A patient as FHIR writes it; a merged record points to the one that took over."""
    merged = read.merged_into
    links = [PatientLink(other=Reference(reference=f"Patient/{merged}"), type="replaced-by")] if merged else None
    return Patient(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        extension=[people.write_zone(read.time_zone), *reach.write_interpreter(read.interpreter_needed)],
        identifier=people.write_identifiers(read.identifiers),
        active=merged is None,
        name=[HumanName(use="official", family=read.family, given=[read.given])],
        telecom=reach.write_telecom(read.telecom),
        gender=GENDER.write(read.sex),
        birth_date=read.birth_date.isoformat(),
        deceased_date_time=people.write_deceased(read.deceased_at),
        address=reach.write_address(read.address),
        communication=reach.write_language(read.language),
        general_practitioner=_write_primary_care(read.primary_care),
        link=links,
    )


def _primary_care(patient: Patient) -> PrimaryCare | None:
    named = next((one for one in patient.general_practitioner or () if one.display), None)
    if named is None:
        return None
    numbered = named.identifier if named.identifier and named.identifier.system == NPI else None
    return made(
        PrimaryCare, "Patient.generalPractitioner", name=named.display, npi=numbered.value if numbered else None
    )


def _write_primary_care(known: PrimaryCare | None) -> list[Reference] | None:
    if known is None:
        return None
    return [Reference(display=known.name, identifier=Identifier(system=NPI, value=known.npi) if known.npi else None)]


async def create(asked: Asked, draft: Draft[Patient]) -> Stored:
    """Register a patient."""
    body, notes = to_contract(draft.resource, draft.origin)
    read = await patients.register(asked.tx, body, actor=asked.actor, now=asked.now)
    return Stored(str(read.id), read.version, notes=(*draft.notes, *notes))


async def read(asked: Asked, resource_id: str) -> Patient:
    """One patient; raises NotFound."""
    return to_fhir(await patients.read(asked.tx, as_id(resource_id, "patient"), actor=asked.actor))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of patients."""
    wanted = finding.patients(query)
    page = await patient_search.find(asked.tx, wanted, limit=query.count, cursor=query.cursor, actor=asked.actor)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


async def known(asked: Asked, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Stored]:
    """Which of these identifiers are taken."""
    return there(await patient_search.owners(asked.tx, pairs))


KIND = Kind(Patient, finding.PATIENT, read, search, create=create, known=known)
