"""Care sites: hospitals, clinics and practices."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.external_identifiers import Named
from services.coordination.store import care_sites as store
from services.coordination.store.care_sites import CareSiteRow
from services.coordination.usecases.naming import claim, new
from shared.contracts.base import Page
from shared.contracts.coordination.care_sites import CareSiteRead, RegisterCareSite
from shared.contracts.paging import page_of
from shared.db.base import Session
from shared.kit.paging import after_id
from shared.kit.searches import NamedSearch


async def register(tx: Session, body: RegisterCareSite, *, now: datetime) -> CareSiteRead:
    """Register a care site.

    Raises:
        IdentifierTaken: another one has one of the identifiers.
    """
    said = {"name": body.name, "kind": body.kind, "telephone": body.telephone, "active": body.active}
    row = CareSiteRow(**new(tx, body.identifiers, now=now), **said)
    tx.add(row)
    await claim(tx, Named.CARE_SITE, row.id, row.identifiers)
    return _read(row)


async def get(tx: Session, care_site_id: UUID) -> CareSiteRead:
    """One care site; raises NotFound."""
    return _read(await store.get(tx, care_site_id))


async def find(tx: Session, asked: NamedSearch, *, limit: int, cursor: str | None) -> Page[CareSiteRead]:
    """A page of the care sites that fit, by id; raises BadCursor."""
    return page_of(await store.page(tx, asked, after=after_id(cursor), limit=limit + 1), limit, _read)


def _read(row: CareSiteRow) -> CareSiteRead:
    return CareSiteRead.model_validate(row)
