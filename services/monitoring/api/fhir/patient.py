"""FHIR Patient beside monitoring's patients: the little that readings need."""

from services.monitoring.usecases import patient_search, patients
from shared.contracts.monitoring.patients import PatientRead, RegisterPatient
from shared.fhir import finding, people
from shared.fhir.codes import GENDER
from shared.fhir.elements import HumanName, Identifier
from shared.fhir.kind import Asked, Draft, Hits, Kind, Stored, as_id, meta
from shared.fhir.outcome import Note
from shared.fhir.query import Query
from shared.fhir.resources import Patient
from shared.fhir.validation import made


def to_contract(patient: Patient, origin: Identifier | None = None) -> tuple[RegisterPatient, tuple[Note, ...]]:
    """The patient to register, and what was assumed.

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
        time_zone=zone,
        deceased_at=people.deceased_at(patient),
    )
    return register, notes


def to_fhir(read: PatientRead) -> Patient:
    """A patient as FHIR writes it."""
    return Patient(
        id=str(read.id),
        meta=meta(read.version),
        extension=[people.write_zone(read.time_zone)],
        identifier=people.write_identifiers(read.identifiers),
        name=[HumanName(use="official", family=read.family, given=[read.given])],
        gender=GENDER.write(read.sex),
        birth_date=read.birth_date.isoformat(),
        deceased_date_time=people.write_deceased(read.deceased_at),
    )


async def create(asked: Asked, draft: Draft[Patient]) -> Stored:
    """Register a patient."""
    body, notes = to_contract(draft.resource, draft.origin)
    read = await patients.register(asked.tx, body, now=asked.now)
    return Stored(str(read.id), read.version, notes=(*draft.notes, *notes))


async def read(asked: Asked, resource_id: str) -> Patient:
    """One patient; raises NotFound."""
    return to_fhir(await patients.get(asked.tx, as_id(resource_id, "patient")))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of patients."""
    page = await patient_search.find(asked.tx, finding.patients(query), limit=query.count, cursor=query.cursor)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


KIND = Kind(Patient, finding.PATIENT, read, search, create=create)
