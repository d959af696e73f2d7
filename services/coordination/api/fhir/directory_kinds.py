"""FHIR PractitionerRole and HealthcareService: create, update, read and search."""

from services.coordination.api.fhir.directory import known, links, to_contract, to_fhir
from services.coordination.usecases import directory_entries
from shared.fhir import finding
from shared.fhir.codes import NPI, NUCC, SPECIALTY
from shared.fhir.directory import HealthcareService, PractitionerRole
from shared.fhir.kind import Asked, Draft, Hits, Kind, Stored, as_id
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, TokenAsked, as_uuids
from shared.kit.searches import EntrySearch

_COMMON = {
    "identifier": Param.TOKEN,
    "specialty": Param.TOKEN,
    "location": Param.REFERENCE,
    "organization": Param.REFERENCE,
    "active": Param.TOKEN,
}
_ROLE = {**_COMMON, "practitioner": Param.REFERENCE}
_SERVICE = {**_COMMON, "name": Param.STRING}


async def create(asked: Asked, draft: Draft[PractitionerRole] | Draft[HealthcareService]) -> Stored:
    """Add an entry."""
    body, notes = to_contract(draft.resource, await known(asked, draft), draft.origin)
    read = await directory_entries.register(asked.tx, body, now=asked.now)
    return Stored(str(read.id), read.version, notes=(*draft.notes, *notes))


async def update(
    asked: Asked, resource_id: str, version: int, draft: Draft[PractitionerRole] | Draft[HealthcareService]
) -> Stored:
    """Replace an entry."""
    body, notes = to_contract(draft.resource, await known(asked, draft))
    entry_id = as_id(resource_id, "specialist")
    read = await directory_entries.replace(asked.tx, entry_id, body, version=version, now=asked.now)
    return Stored(str(read.id), read.version, created=False, notes=(*draft.notes, *notes))


async def read_role(asked: Asked, resource_id: str) -> PractitionerRole:
    """One practitioner's role; raises NotFound."""
    found = to_fhir(await directory_entries.get(asked.tx, as_id(resource_id, "specialist"), of_person=True))
    assert isinstance(found, PractitionerRole)
    return found


async def read_service(asked: Asked, resource_id: str) -> HealthcareService:
    """One service; raises NotFound."""
    found = to_fhir(await directory_entries.get(asked.tx, as_id(resource_id, "specialist"), of_person=False))
    assert isinstance(found, HealthcareService)
    return found


async def search_roles(asked: Asked, query: Query) -> Hits:
    """A page of practitioners' roles."""
    return await _search(asked, query, of_people=True)


async def search_services(asked: Asked, query: Query) -> Hits:
    """A page of services."""
    return await _search(asked, query, of_people=False)


async def _search(asked: Asked, query: Query, *, of_people: bool) -> Hits:
    named, tokens = finding.named(query), query.one_token("identifier") or ()
    specialties, active = query.one_token("specialty"), query.one_token("active")
    references = {name: query.one_reference(name) for name in ("practitioner", "organization", "location")}
    ids = {name: None if found is None else as_uuids(found) for name, found in references.items()}
    wanted = EntrySearch(
        ids=named.ids,
        identifiers=named.identifiers,
        npis=[one.code for one in tokens if one.code and one.system in (None, NPI)],
        name=named.name,
        changed=named.changed,
        of_people=of_people,
        active=None if active is None else any(one.code == "true" for one in active),
        specialties=None if specialties is None else [found for one in specialties for found in _specialty(one)],
        practitioners=ids["practitioner"],
        care_sites=ids["organization"],
        sites=ids["location"],
    )
    page = await directory_entries.find(asked.tx, wanted, limit=query.count, cursor=query.cursor)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


def _specialty(asked: TokenAsked) -> list[str]:
    known = asked.system in (None, NUCC) and SPECIALTY.knows(asked.code)
    return [SPECIALTY.read(asked.code or "", at="specialty").value] if known else []


ROLE = Kind(PractitionerRole, _ROLE, read_role, search_roles, create=create, update=update, links=links)
SERVICE = Kind(HealthcareService, _SERVICE, read_service, search_services, create=create, update=update, links=links)
