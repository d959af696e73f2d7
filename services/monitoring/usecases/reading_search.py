"""Find readings of patients, the newest first, and by the sender's own id."""

from collections.abc import Sequence
from uuid import UUID

from services.monitoring.store import reading_external_ids, readings
from services.monitoring.store import reading_search as store
from services.monitoring.store.readings import Stored
from services.monitoring.usecases import reading_words
from shared.contracts.base import Page
from shared.contracts.monitoring.readings import ReadingRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.clock import read_instant
from shared.kit.paging import place
from shared.kit.searches import ReadingSearch


async def find(tx: Session, asked: ReadingSearch, *, limit: int, cursor: str | None) -> Page[ReadingRead]:
    """A page of the readings that fit.

    Raises:
        BadCursor: the cursor belongs to another list.
    """
    rows = await store.page(tx, asked, after=place(cursor, read_instant, str, str, UUID), limit=limit + 1)
    for patient_id in asked.patient_ids:
        audit.saw(tx, patient_id)
    return page_of(rows, limit, reading_words.read, at=_place)


async def unverified(tx: Session, patient_id: UUID | None, *, limit: int, cursor: str | None) -> Page[ReadingRead]:
    """What was accepted with a flag and waits for somebody to say that it is right, the oldest first.

    Raises:
        BadCursor: the cursor belongs to another list.
    """
    after = place(cursor, read_instant, str, str, UUID)
    rows = await store.unverified(tx, patient_id, after=after, limit=limit + 1)
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id)
    return page_of(rows, limit, reading_words.read, at=_place)


async def by_external(tx: Session, ids: Sequence[tuple[str, str]]) -> list[ReadingRead]:
    """The readings behind senders' own ids, by time of measurement."""
    places = await reading_external_ids.by_external(tx, ids)
    found = await readings.at(tx, sorted(set(places.values())))
    for at in found:
        audit.saw(tx, at.patient_id)
    return [reading_words.read(found[at]) for at in sorted(found, key=lambda one: one.observed_at)]


def _place(row: Stored) -> tuple[str, str, str, str]:
    return row.observed_at.isoformat(), row.metric, row.source, str(row.patient_id)
