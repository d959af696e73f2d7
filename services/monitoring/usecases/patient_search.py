"""Find patients by name, birth date, sex or identifier."""

from uuid import UUID

from services.monitoring.store import patient_search as store
from services.monitoring.usecases import patients
from shared.contracts.base import Page
from shared.contracts.monitoring.patients import PatientRead
from shared.db.base import Session
from shared.kit.paging import decode_cursor, encode_cursor
from shared.kit.searches import PatientSearch


async def find(tx: Session, asked: PatientSearch, *, limit: int, cursor: str | None) -> Page[PatientRead]:
    """A page of the patients that fit, by id.

    Raises:
        BadCursor: the cursor belongs to another list.
    """
    after = UUID(decode_cursor(cursor, 1)[0]) if cursor else None
    rows = await store.page(tx, asked, after=after, limit=limit + 1)
    items = [await patients.read(tx, row) for row in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor(str(items[-1].id)) if len(rows) > limit else None)
