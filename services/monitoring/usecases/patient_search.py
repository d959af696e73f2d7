"""Find patients by name, birth date, sex or identifier."""

from services.monitoring.store import patient_search as store
from services.monitoring.usecases import patients
from shared.contracts.base import Page
from shared.contracts.monitoring.patients import PatientRead
from shared.db.base import Session
from shared.kit.paging import after_id
from shared.kit.searches import PatientSearch


async def find(tx: Session, asked: PatientSearch, *, limit: int, cursor: str | None) -> Page[PatientRead]:
    """A page of the patients that fit, by id.

    Raises:
        BadCursor: the cursor belongs to another list.
    """
    rows = await store.page(tx, asked, after=after_id(cursor), limit=limit + 1)
    return await patients.page(tx, rows, limit)
