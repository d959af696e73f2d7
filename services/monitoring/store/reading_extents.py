"""The lowest and highest values before a reading, for many readings in one statement."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import wire
from shared.db.base import Session


class Around(NamedTuple):
    """A reading and how far back to look: ``near`` and ``far`` are instants, ``stop`` lies after every reading."""

    number: int
    patient_id: UUID
    metric: str
    unit: str
    at: datetime
    near: datetime
    far: datetime
    stop: datetime


class Extremes(NamedTuple):
    """What was found around reading ``number``; the reading itself may be among it."""

    number: int
    near_low: Decimal | None
    near_high: Decimal | None
    low: Decimal | None
    high: Decimal | None
    mixed: bool
    later: bool


# LATERAL keeps to one index range a reading, also while a fresh table has no statistics to plan by.
_AROUND = (
    "SELECT k.number, r.* FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[],"
    " $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])"
    " AS k (number, patient_id, metric, unit, at, near, far, stop) CROSS JOIN LATERAL (SELECT"
    " min(r.value) FILTER (WHERE r.observed_at >= k.near), max(r.value) FILTER (WHERE r.observed_at >= k.near),"
    " min(r.value), max(r.value),"
    " bool_or(r.unit <> k.unit OR r.comparator IS NOT NULL), bool_or(r.observed_at > k.at)"
    " FROM readings r WHERE r.patient_id = k.patient_id AND r.metric = k.metric"
    " AND r.observed_at >= k.far AND r.observed_at <= k.stop AND r.status <> 'entered-in-error'"
    " AND r.observed_at >= $9::timestamptz AND r.observed_at <= $10::timestamptz OFFSET 0) r"
)


async def around(tx: Session, wanted: Sequence[Around]) -> dict[int, Extremes]:
    """By number; a reading with nothing around it is left out."""
    if not wanted:
        return {}
    arrays = [list(column) for column in zip(*wanted, strict=True)]
    rows = await wire.fetch(tx, _AROUND, *arrays, min(arrays[6]), max(arrays[7]))
    return {row[0]: Extremes._make(row) for row in rows}
