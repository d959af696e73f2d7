"""Find readings of patients, the newest first, and by the sender's own id."""

from collections.abc import Sequence
from datetime import datetime

from services.monitoring.store import reading_external_ids, readings
from services.monitoring.store import reading_search as store
from services.monitoring.store.reading_search import Last
from services.monitoring.store.readings import Stored
from services.monitoring.usecases import reading_words
from shared.contracts.base import Page
from shared.contracts.monitoring.readings import ReadingRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.paging import BadCursor, decode_cursor, encode_cursor
from shared.kit.searches import ReadingSearch


async def find(tx: Session, asked: ReadingSearch, *, limit: int, cursor: str | None) -> Page[ReadingRead]:
    """A page of the readings that fit.

    Raises:
        BadCursor: the cursor belongs to another list.
    """
    rows = await store.page(tx, asked, after=_last(cursor), limit=limit + 1)
    shown = rows[:limit]
    for patient_id in asked.patient_ids:
        audit.saw(tx, patient_id)
    following = _cursor(shown[-1]) if len(rows) > limit else None
    return Page(items=[reading_words.read(row) for row in shown], next_cursor=following)


async def by_external(tx: Session, ids: Sequence[tuple[str, str]]) -> list[ReadingRead]:
    """The readings behind senders' own ids, by time of measurement."""
    places = await reading_external_ids.by_external(tx, ids)
    found = await readings.at(tx, sorted(set(places.values())))
    for place in found:
        audit.saw(tx, place.patient_id)
    return [reading_words.read(found[place]) for place in sorted(found, key=lambda one: one.observed_at)]


def _cursor(row: Stored) -> str:
    return encode_cursor(row.observed_at.isoformat(), row.metric, row.source, str(row.patient_id))


def _last(cursor: str | None) -> Last | None:
    if cursor is None:
        return None
    observed_at, metric, source, patient_id = decode_cursor(cursor, 4)
    try:
        return datetime.fromisoformat(observed_at), metric, source, patient_id
    except ValueError as error:
        raise BadCursor("This cursor belongs to another list. Start again without it.") from error
