"""The lowest and highest values before a reading, for many readings in one statement."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import wire
from shared.db.base import Session


class Around(NamedTuple):
    """A reading measured ``at`` in ``unit``; ``stop`` lies after every reading."""

    patient_id: UUID
    metric: str
    unit: str
    at: datetime
    stop: datetime


class Extremes(NamedTuple):
    """What was found around a reading, itself among it; nulls where nothing was."""

    near_low: Decimal | None
    near_high: Decimal | None
    low: Decimal | None
    high: Decimal | None
    mixed: bool | None
    later: bool | None


# LATERAL keeps to one index range a reading, also while a fresh table has no statistics to plan by.
_AROUND = (
    "SELECT r.* FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])"
    " WITH ORDINALITY AS k (patient_id, metric, unit, at, stop, number) CROSS JOIN LATERAL (SELECT"
    " min(r.value) FILTER (WHERE r.observed_at >= k.at - $6::interval),"
    " max(r.value) FILTER (WHERE r.observed_at >= k.at - $6::interval), min(r.value), max(r.value),"
    " bool_or(r.unit <> k.unit OR r.comparator IS NOT NULL), bool_or(r.observed_at > k.at)"
    " FROM readings r WHERE r.patient_id = k.patient_id AND r.metric = k.metric"
    " AND r.observed_at >= k.at - $7::interval AND r.observed_at <= k.stop AND r.status <> 'entered-in-error'"
    " AND r.observed_at >= $8::timestamptz AND r.observed_at <= $9::timestamptz OFFSET 0) r ORDER BY k.number"
)


async def around(tx: Session, wanted: Sequence[Around], *, near: timedelta, far: timedelta) -> list[Extremes]:
    """The extremes over ``near`` and over ``far`` before each reading and all after it, in the order asked."""
    if not wanted:
        return []
    arrays = [list(column) for column in zip(*wanted, strict=True)]
    first, last = min(arrays[3]) - far, max(arrays[4])
    return [Extremes._make(row) for row in await wire.fetch(tx, _AROUND, *arrays, near, far, first, last)]
