"""Sites: told of by themselves or with a specialist. What changes follows into every specialist's own copy."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.coordination.domain.external_identifiers import Named
from services.coordination.store import sites as store
from services.coordination.store import specialists
from services.coordination.store.sites import SiteRow
from services.coordination.store.specialists import SpecialistRow
from services.coordination.usecases.naming import claim, new, rename
from shared.contracts.base import Page
from shared.contracts.coordination.sites import RegisterSite, SharedSiteRead
from shared.contracts.coordination.specialists import SitePut
from shared.contracts.paging import page_of
from shared.db.base import Session
from shared.kit.paging import after_id
from shared.kit.problems import NotFound, check_version
from shared.kit.searches import NamedSearch

_COPIED = ("name", "address", "latitude", "longitude", "time_zone")


async def register(tx: Session, body: RegisterSite, *, now: datetime) -> SharedSiteRead:
    """Register a site.

    Raises:
        IdentifierTaken: another one has one of the identifiers.
    """
    said = body.model_dump(exclude={"identifiers"})
    row = SiteRow(**new(tx, body.identifiers, now=now), **said, holidays=None, closures=[])
    tx.add(row)
    await claim(tx, Named.SITE, row.id, row.identifiers)
    return SharedSiteRead.model_validate(row)


async def replace(tx: Session, site_id: UUID, body: RegisterSite, *, version: int, now: datetime) -> SharedSiteRead:
    """Replace a site whole, also where specialists see patients there. The same again changes nothing.

    Raises:
        NotFound, Stale, IdentifierTaken.
    """
    row = await store.get(tx, site_id, lock=True)
    check_version(row.version, version)
    if RegisterSite.model_validate({name: getattr(row, name) for name in RegisterSite.model_fields}) != body:
        row.identifiers = await rename(tx, Named.SITE, row.id, row.identifiers, body.identifiers)
        await _set(tx, row, body.model_dump(exclude={"identifiers"}), but=None, now=now)
    return SharedSiteRead.model_validate(row)


async def _set(tx: Session, row: SiteRow, said: Mapping[str, Any], *, but: UUID | None, now: datetime) -> None:
    for name, value in said.items():
        setattr(row, name, value)
    row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    copy = document(row)
    for specialist in await store.whose(tx, row.id):
        if specialist.id != but:
            specialist.sites = [copy if site["id"] == copy["id"] else site for site in specialist.sites]
            specialist.version, specialist.updated_at = specialist.version + 1, now
            await specialists.save(tx, specialist)


async def keep(tx: Session, specialist: SpecialistRow, now: datetime) -> None:
    """Let the sites that a specialist was told with stand by themselves, and follow to others who share them."""
    standing = await store.of_ids(tx, [UUID(site["id"]) for site in specialist.sites])
    for site in specialist.sites:
        told = {**{name: site[name] for name in _COPIED}, **_degrees(site)}
        row = standing.get(UUID(site["id"]))
        if row is None:
            columns = {
                **new(tx, [], now=now),
                "id": UUID(site["id"]),
                "telephone": None,
                "active": True,
                "holidays": None,
            }
            tx.add(SiteRow(**{**columns, **told}, closures=[]))
        elif any(getattr(row, name) != value for name, value in told.items()):
            await _set(tx, row, told, but=specialist.id, now=now)


def _degrees(site: Mapping[str, Any]) -> dict[str, Decimal | None]:
    return {name: None if site[name] is None else Decimal(site[name]) for name in ("latitude", "longitude")}


def document(row: SiteRow) -> dict[str, Any]:
    """A site as a specialist's document has it."""
    return SitePut.model_validate(row, from_attributes=True).model_dump(mode="json")


async def as_put(tx: Session, ids: Sequence[UUID]) -> list[SitePut]:
    """Sites in this order as they are told with a specialist; raises NotFound."""
    rows = await store.of_ids(tx, ids)
    if any(site_id not in rows for site_id in ids):
        raise NotFound("site")
    return [SitePut.model_validate(rows[site_id], from_attributes=True) for site_id in ids]


async def among(tx: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these ids that are sites."""
    return set(await store.of_ids(tx, ids)) if ids else set()


async def get(tx: Session, site_id: UUID) -> SharedSiteRead:
    """One site; raises NotFound."""
    return SharedSiteRead.model_validate(await store.get(tx, site_id))


async def find(tx: Session, asked: NamedSearch, *, limit: int, cursor: str | None) -> Page[SharedSiteRead]:
    """A page of the sites that fit, by id; raises BadCursor."""
    rows = await store.page(tx, asked, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, SharedSiteRead.model_validate)
