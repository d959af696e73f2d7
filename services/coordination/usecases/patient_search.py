"""Find patients by name, birth date, sex or identifier."""

from collections.abc import Sequence
from uuid import UUID

from services.coordination.store import patient_search as store
from services.coordination.usecases.patients import view
from shared.contracts.base import Page
from shared.contracts.coordination.patients import PatientRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id
from shared.kit.searches import PatientSearch


async def find(tx: Session, asked: PatientSearch, *, limit: int, cursor: str | None, actor: Actor) -> Page[PatientRead]:
    """A page of the patients that fit, by id; raises BadCursor."""
    rows = await store.page(tx, asked, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: view(tx, row, actor))


async def owners(tx: Session, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Which patients carry which of these identifiers."""
    found = await store.owners(tx, pairs)
    for patient_id in found.values():
        audit.saw(tx, patient_id)
    return found
