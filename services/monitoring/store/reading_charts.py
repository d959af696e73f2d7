"""Readings for charts and summaries."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import wire
from services.monitoring.store.reading_packs import readings_where
from services.monitoring.store.readings import STORED, Stored
from shared.db.base import Session

_WINDOW = ("$3::timestamptz", "$4::timestamptz")
_OF_ONE = readings_where("x.patient_id = $1::uuid AND x.metric = $2::text", *_WINDOW)
_OF_SEVERAL = readings_where("x.patient_id = $1::uuid AND x.metric = ANY($2::text[])", *_WINDOW)
# One row of arrays: half the time of a long chart would go into making a record of each of its points.
_SERIES = (
    "SELECT array_agg(s.observed_at), array_agg(s.canonical::float8), array_agg(s.comparator), array_agg(s.source)"
    f" FROM (SELECT r.observed_at, r.canonical, r.comparator, r.source FROM {_OF_ONE} r"
    " WHERE r.observed_at < $4::timestamptz AND r.status <> 'entered-in-error'"
    " ORDER BY r.observed_at, r.source LIMIT $5) s"
)


class Series(NamedTuple):
    """Valid readings in time order, as arrays of equal length, values in the unit of charts."""

    observed_at: list[datetime]
    values: list[float]
    comparators: list[str | None]
    sources: list[str]


async def series(tx: Session, patient_id: UUID, metric: str, start: datetime, stop: datetime, *, limit: int) -> Series:
    """The valid readings from ``start`` to before ``stop``, the earliest ``limit`` of them."""
    rows = await wire.fetch(tx, _SERIES, patient_id, metric, start, stop, limit)
    return Series(*(column or [] for column in rows[0]))


_AS_RECEIVED = (
    f"SELECT r.observed_at, r.value, r.unit, r.comparator FROM {_OF_ONE} r"
    " WHERE r.observed_at < $4::timestamptz AND r.status <> 'entered-in-error' ORDER BY r.observed_at, r.source"
)


async def as_received(
    tx: Session, patient_id: UUID, metric: str, start: datetime, stop: datetime
) -> list[tuple[datetime, Decimal, str, str | None]]:
    """(observed_at, value, unit, comparator) of the valid readings from ``start`` to before ``stop``, in time order."""
    return await wire.fetch(tx, _AS_RECEIVED, patient_id, metric, start, stop)


_LATEST = (
    f"SELECT DISTINCT ON (r.metric) {STORED}, count(*) OVER (PARTITION BY r.metric) FROM {_OF_SEVERAL} r"
    " WHERE r.observed_at < $4::timestamptz AND r.status <> 'entered-in-error'"
    " ORDER BY r.metric, r.observed_at DESC, r.source"
)


async def latest(
    tx: Session, patient_id: UUID, metrics: Iterable[str], start: datetime, stop: datetime
) -> list[tuple[Stored, int]]:
    """By metric the newest valid reading of a window, and how many there are in it."""
    rows = await wire.fetch(tx, _LATEST, patient_id, list(metrics), start, stop)
    return [(Stored._make(row[:-1]), row[-1]) for row in rows]
