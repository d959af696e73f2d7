"""A patient's timeline, in pages."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, tuple_, union_all

from services.coordination.store.timeline_parts import OF
from shared.db.base import Session
from shared.vocabulary import TimelineKind

Place = tuple[datetime, str]


async def page(
    tx: Session,
    patient_id: UUID,
    kinds: Collection[TimelineKind],
    *,
    as_recorded: bool,
    after: Place | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Events of some kinds, newest first past ``after``: by when they were done, or by when they were recorded."""
    parts = [part for kind in kinds for part in OF[kind](patient_id)]
    if not parts:
        return []
    # Each part is walled by row-level security; naming the organization besides would help no index here.
    found = union_all(*parts).subquery()
    at = func.coalesce(found.c.recorded_at, found.c.done_at) if as_recorded else found.c.done_at
    query = select(found, at.label("at")).order_by(at.desc(), found.c.key.collate("C").desc()).limit(limit)
    if after is not None:
        query = query.where(tuple_(at, found.c.key.collate("C")) < after)
    return (await tx.execute(query)).all()
