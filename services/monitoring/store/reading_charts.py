"""Readings for charts and summaries."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.monitoring.store import wire
from services.monitoring.store.readings import STORED, ReadingRow, Stored
from shared.db.base import Session


async def series(
    tx: Session, patient_id: UUID, metric: str, start: datetime, stop: datetime, *, limit: int
) -> Sequence[Any]:
    """(observed_at, canonical, comparator, source) of valid readings in time order, from start to before stop."""
    row = ReadingRow
    query = select(row.observed_at, row.canonical, row.comparator, row.source).where(
        row.patient_id == patient_id,
        row.metric == metric,
        row.observed_at >= start,
        row.observed_at < stop,
        row.status != "entered-in-error",
    )
    return (await tx.execute(query.order_by(row.observed_at, row.source).limit(limit))).all()


_LATEST = (
    f"SELECT DISTINCT ON (r.metric) {STORED}, count(*) OVER (PARTITION BY r.metric) FROM readings r"
    " WHERE r.patient_id = $1::uuid AND r.metric = ANY($2::text[]) AND r.observed_at >= $3::timestamptz"
    " AND r.observed_at < $4::timestamptz AND r.status <> 'entered-in-error'"
    " ORDER BY r.metric, r.observed_at DESC, r.source"
)


async def latest(
    tx: Session, patient_id: UUID, metrics: Iterable[str], start: datetime, stop: datetime
) -> list[tuple[Stored, int]]:
    """By metric the newest valid reading of a window, and how many there are in it."""
    rows = await wire.fetch(tx, _LATEST, patient_id, list(metrics), start, stop)
    return [(Stored._make(row[:-1]), row[-1]) for row in rows]
