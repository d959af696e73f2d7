"""FHIR Organization beside care sites."""

from collections.abc import Mapping, Sequence

from services.coordination.domain.external_identifiers import Named
from services.coordination.usecases import care_sites, naming
from shared.contracts.coordination.care_sites import CareSiteRead, RegisterCareSite
from shared.fhir import finding, people
from shared.fhir.elements import CodeableConcept, Coding, ContactPoint, Identifier, first
from shared.fhir.kind import Asked, Draft, Hits, Kind, Stored, as_id, meta, there
from shared.fhir.problems import ValueMissing
from shared.fhir.query import Query
from shared.fhir.resources import Organization
from shared.fhir.validation import made

TYPES = "http://terminology.hl7.org/CodeSystem/organization-type"


def to_contract(organization: Organization, origin: Identifier | None = None) -> RegisterCareSite:
    """The care site to register.

    Raises:
        ValueMissing, Invalid.
    """
    if organization.name is None:
        raise ValueMissing("A name is needed.", expression="Organization.name")
    kinds = (first(concept, lambda coding: coding.system == TYPES) for concept in organization.type or ())
    phones = (point.value for point in organization.telecom or () if point.system == "phone")
    return made(
        RegisterCareSite,
        "Organization",
        identifiers=people.identifiers(organization.identifier, origin, at="Organization"),
        name=organization.name,
        kind=next((coding.code for coding in kinds if coding is not None), None),
        telephone=next(phones, None),
        active=organization.active is not False,
    )


def to_fhir(read: CareSiteRead) -> Organization:
    """A care site as FHIR writes it."""
    kind = CodeableConcept(coding=[Coding(system=TYPES, code=read.kind)]) if read.kind else None
    return Organization(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        identifier=people.write_identifiers(read.identifiers),
        active=read.active,
        type=[kind] if kind else None,
        name=read.name,
        telecom=[ContactPoint(system="phone", value=read.telephone)] if read.telephone else None,
    )


async def create(asked: Asked, draft: Draft[Organization]) -> Stored:
    """Register a care site."""
    body = to_contract(draft.resource, draft.origin)
    read = await care_sites.register(asked.tx, body, now=asked.now)
    return Stored(str(read.id), read.version, notes=draft.notes)


async def read(asked: Asked, resource_id: str) -> Organization:
    """One care site; raises NotFound."""
    return to_fhir(await care_sites.get(asked.tx, as_id(resource_id, "care site")))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of care sites."""
    page = await care_sites.find(asked.tx, finding.named(query), limit=query.count, cursor=query.cursor)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


async def known(asked: Asked, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Stored]:
    """Which of these identifiers are taken."""
    return there(await naming.owners(asked.tx, Named.CARE_SITE, pairs))


KIND = Kind(Organization, finding.NAMED, read, search, create=create, known=known)
