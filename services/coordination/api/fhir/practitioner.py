"""FHIR Practitioner beside practitioners."""

from collections.abc import Mapping, Sequence

from services.coordination.domain.external_identifiers import Named
from services.coordination.usecases import naming, practitioners
from shared.contracts.coordination.practitioners import PractitionerRead, RegisterPractitioner
from shared.fhir import finding, people
from shared.fhir.codes import GENDER
from shared.fhir.elements import HumanName, Identifier
from shared.fhir.kind import Asked, Draft, Hits, Kind, Stored, as_id, meta, there
from shared.fhir.query import Query
from shared.fhir.resources import Practitioner
from shared.fhir.validation import made


def to_contract(practitioner: Practitioner, origin: Identifier | None = None) -> RegisterPractitioner:
    """The practitioner to register.

    Raises:
        ValueMissing, CodeUnknown, Invalid.
    """
    name = people.name(practitioner.name, at="Practitioner")
    gender = practitioner.gender
    return made(
        RegisterPractitioner,
        "Practitioner",
        identifiers=people.identifiers(practitioner.identifier, origin, at="Practitioner"),
        family=name.family,
        given=" ".join(name.given or ()),
        sex=GENDER.read(gender, at="Practitioner.gender") if gender else None,
        active=practitioner.active is not False,
        languages=people.languages(practitioner.communication),
    )


def to_fhir(read: PractitionerRead) -> Practitioner:
    """A practitioner as FHIR writes it."""
    return Practitioner(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        identifier=people.write_identifiers(read.identifiers),
        active=read.active,
        name=[HumanName(family=read.family, given=[read.given])],
        gender=GENDER.write(read.sex) if read.sex else None,
        communication=people.write_languages(read.languages),
    )


async def create(asked: Asked, draft: Draft[Practitioner]) -> Stored:
    """Register a practitioner."""
    body = to_contract(draft.resource, draft.origin)
    read = await practitioners.register(asked.tx, body, now=asked.now)
    return Stored(str(read.id), read.version, notes=draft.notes)


async def read(asked: Asked, resource_id: str) -> Practitioner:
    """One practitioner; raises NotFound."""
    return to_fhir(await practitioners.get(asked.tx, as_id(resource_id, "practitioner")))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of practitioners."""
    page = await practitioners.find(asked.tx, finding.named(query), limit=query.count, cursor=query.cursor)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


async def known(asked: Asked, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Stored]:
    """Which of these identifiers are taken."""
    return there(await naming.owners(asked.tx, Named.PRACTITIONER, pairs))


KIND = Kind(Practitioner, finding.NAMED, read, search, create=create, known=known)
