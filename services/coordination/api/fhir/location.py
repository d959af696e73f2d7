"""FHIR Location beside sites."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from services.coordination.domain.external_identifiers import Named
from services.coordination.usecases import naming, sites
from shared.contracts.coordination.sites import RegisterSite, SharedSiteRead
from shared.fhir import finding, people
from shared.fhir.directory import Location, Position
from shared.fhir.elements import Address, ContactPoint, Identifier
from shared.fhir.kind import Asked, Draft, Hits, Kind, Stored, as_id, meta, there
from shared.fhir.outcome import Note
from shared.fhir.problems import ValueMissing
from shared.fhir.query import Query
from shared.fhir.validation import made

_DEGREE = Decimal("0.000001")


def to_contract(location: Location, origin: Identifier | None = None) -> tuple[RegisterSite, tuple[Note, ...]]:
    """The site to register, and what was assumed of it.

    Raises:
        ValueMissing, NotTaken, Invalid.
    """
    if location.name is None:
        raise ValueMissing("A name is needed.", expression="Location.name")
    where = _address(location.address)
    if where is None:
        raise ValueMissing("An address is needed, as text or as lines and city.", expression="Location.address")
    zone, notes = people.zone_of(location.extension, at="Location")
    point = location.position
    named = location.identifier or origin
    phones = (one.value for one in location.telecom or () if one.system == "phone" and one.use != "old")
    site = made(
        RegisterSite,
        "Location",
        identifiers=people.identifiers(location.identifier, origin, at="Location") if named else [],
        name=location.name,
        address=where,
        latitude=None if point is None else point.latitude.quantize(_DEGREE),
        longitude=None if point is None else point.longitude.quantize(_DEGREE),
        time_zone=zone,
        telephone=next(phones, None),
        active=location.status != "inactive",
    )
    return site, notes


def _address(found: Address | None) -> str | None:
    if found is None:
        return None
    if found.text is not None:
        return found.text
    parts = (*(found.line or ()), found.city, found.state, found.postal_code)
    return ", ".join(part for part in parts if part) or None


def to_fhir(read: SharedSiteRead) -> Location:
    """A site as FHIR writes it."""
    position = None
    if read.latitude is not None and read.longitude is not None:
        position = Position(latitude=read.latitude, longitude=read.longitude)
    return Location(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        extension=[people.write_zone(read.time_zone)],
        identifier=people.write_identifiers(read.identifiers),
        status="active" if read.active else "inactive",
        name=read.name,
        telecom=[ContactPoint(system="phone", value=read.telephone)] if read.telephone else None,
        address=Address(text=read.address),
        position=position,
    )


async def create(asked: Asked, draft: Draft[Location]) -> Stored:
    """Register a site."""
    body, notes = to_contract(draft.resource, draft.origin)
    read = await sites.register(asked.tx, body, now=asked.now)
    return Stored(str(read.id), read.version, notes=(*draft.notes, *notes))


async def update(asked: Asked, resource_id: str, version: int, draft: Draft[Location]) -> Stored:
    """Replace a site, also where specialists see patients there."""
    body, notes = to_contract(draft.resource)
    read = await sites.replace(asked.tx, as_id(resource_id, "site"), body, version=version, now=asked.now)
    return Stored(str(read.id), read.version, created=False, notes=(*draft.notes, *notes))


async def read(asked: Asked, resource_id: str) -> Location:
    """One site; raises NotFound."""
    return to_fhir(await sites.get(asked.tx, as_id(resource_id, "site")))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of sites."""
    page = await sites.find(asked.tx, finding.named(query), limit=query.count, cursor=query.cursor)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


async def known(asked: Asked, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Stored]:
    """Which of these identifiers are taken."""
    return there(await naming.owners(asked.tx, Named.SITE, pairs))


KIND = Kind(Location, finding.NAMED, read, search, create=create, update=update, known=known)
