"""When readings were last measured and last received: asked only where something may be missing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from services.monitoring.store import wire
from services.monitoring.store.reading_packs import readings_where
from shared.db.base import Session

_LOOK_AHEAD = timedelta(days=1)


class Latest(NamedTuple):
    """The newest valid reading of one metric."""

    patient_id: UUID
    metric: str
    observed_at: datetime
    received_at: datetime
    source: str
    value: Decimal
    unit: str


_OF = "x.patient_id = t.patient_id AND x.metric = t.metric"
_EVER = "'-infinity'::timestamptz"
_LATEST = (
    "SELECT t.patient_id, t.metric, r.observed_at, r.received_at, r.source, r.value, r.unit"
    " FROM unnest($1::uuid[], $2::text[]) AS t (patient_id, metric) CROSS JOIN LATERAL"
    f" (SELECT * FROM {readings_where(_OF, _EVER, '$3::timestamptz')} r"
    "  WHERE r.status <> 'entered-in-error' AND r.observed_at < $3::timestamptz"
    "  AND ($4::timestamptz IS NULL OR r.received_at <= $4::timestamptz)"
    "  ORDER BY r.observed_at DESC LIMIT 1) r"
)


async def latest(
    tx: Session, wanted: Iterable[tuple[UUID, str]], now: datetime, *, known_by: datetime | None = None
) -> dict[tuple[UUID, str], Latest]:
    """By patient and metric the newest valid reading ever measured, of those received by ``known_by`` if given."""
    pairs = sorted(set(wanted))
    if not pairs:
        return {}
    columns = [list(column) for column in zip(*pairs, strict=True)]
    rows = await wire.fetch(tx, _LATEST, *columns, now + _LOOK_AHEAD, known_by)
    return {(row[0], row[1]): Latest._make(row) for row in rows}


_RECEIVED = (
    "SELECT t.patient_id, t.metric, r.received_at, r.source FROM unnest($1::uuid[], $2::text[])"
    " AS t (patient_id, metric) CROSS JOIN LATERAL (SELECT r.received_at, r.source"
    f" FROM {readings_where(_OF, '$3::timestamptz', '$4::timestamptz')} r WHERE r.observed_at < $4::timestamptz"
    " AND r.received_at <= $5::timestamptz AND r.status <> 'entered-in-error'"
    " ORDER BY r.received_at DESC LIMIT 1) r"
)


async def last_received(
    tx: Session, wanted: Iterable[tuple[UUID, str]], now: datetime, *, back: timedelta
) -> dict[tuple[UUID, str], tuple[datetime, str]]:
    """By patient and metric when the last reading came in by ``now``, and its source; measured within ``back``."""
    pairs = sorted(set(wanted))
    if not pairs:
        return {}
    columns = [list(column) for column in zip(*pairs, strict=True)]
    rows = await wire.fetch(tx, _RECEIVED, *columns, now - back, now + _LOOK_AHEAD, now)
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


# Of each hour the first and the last say how long nothing came: no wait is shorter than that.
_HOURS = (
    "SELECT t.metric, min(r.received_at), max(r.received_at) FROM unnest($2::text[]) AS t (metric) CROSS JOIN LATERAL"
    " (SELECT r.received_at FROM"
    f" {readings_where('x.patient_id = $1::uuid AND x.metric = t.metric', '$3::timestamptz', '$4::timestamptz')} r"
    "  WHERE r.status <> 'entered-in-error') r"
    " GROUP BY t.metric, date_trunc('hour', r.received_at, 'UTC') ORDER BY t.metric, 2"
)


async def hourly(
    tx: Session, patient_id: UUID, metrics: Iterable[str], start: datetime, stop: datetime
) -> dict[str, list[datetime]]:
    """By metric when valid readings measured in a span were received, in order: of each hour the first and the last."""
    found: dict[str, list[datetime]] = {}
    for metric, first, last in await wire.fetch(tx, _HOURS, patient_id, sorted(metrics), start, stop):
        found.setdefault(metric, []).extend((first, last))
    return found


_RESULTS = (
    "SELECT t.metric, r.observed_at, r.received_at, r.value, r.unit FROM unnest($2::text[]) AS t (metric)"
    " CROSS JOIN LATERAL (SELECT r.* FROM"
    f" {readings_where('x.patient_id = $1::uuid AND x.metric = t.metric', _EVER, '$3::timestamptz')} r"
    "  WHERE r.status <> 'entered-in-error') r"
)


async def results(tx: Session, patient_id: UUID, metrics: Iterable[str], stop: datetime) -> list[tuple[Any, ...]]:
    """Every valid reading of these metrics measured by ``stop``: metric, measured, received, value, unit."""
    return await wire.fetch(tx, _RESULTS, patient_id, sorted(metrics), stop)
