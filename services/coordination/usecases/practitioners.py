"""Practitioners as the EHR names them."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.external_identifiers import Named
from services.coordination.store import practitioners as store
from services.coordination.store.practitioners import PractitionerRow
from services.coordination.usecases.naming import claim, new
from shared.contracts.base import Page
from shared.contracts.coordination.practitioners import PractitionerRead, RegisterPractitioner
from shared.contracts.paging import page_of
from shared.db.base import Session
from shared.kit.paging import after_id
from shared.kit.searches import NamedSearch


async def register(tx: Session, body: RegisterPractitioner, *, now: datetime) -> PractitionerRead:
    """Register a practitioner.

    Raises:
        IdentifierTaken: another one has one of the identifiers.
    """
    said = {"family": body.family, "given": body.given, "sex": body.sex, "active": body.active}
    row = PractitionerRow(**new(tx, body.identifiers, now=now), **said, languages=body.languages)
    tx.add(row)
    await claim(tx, Named.PRACTITIONER, row.id, row.identifiers)
    return _read(row)


async def get(tx: Session, practitioner_id: UUID) -> PractitionerRead:
    """One practitioner; raises NotFound."""
    return _read(await store.get(tx, practitioner_id))


async def find(tx: Session, asked: NamedSearch, *, limit: int, cursor: str | None) -> Page[PractitionerRead]:
    """A page of the practitioners that fit, by id; raises BadCursor."""
    return page_of(await store.page(tx, asked, after=after_id(cursor), limit=limit + 1), limit, _read)


def _read(row: PractitionerRow) -> PractitionerRead:
    return PractitionerRead.model_validate(row)
