"""What stands around new readings, in one statement: the lowest and highest values before them, and alerts."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import alerts, wire
from services.monitoring.store.alerts import Standing
from services.monitoring.store.reading_packs import readings_where
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
    before: datetime | None


_NEAR_ONE = readings_where("x.patient_id = k.patient_id AND x.metric = k.metric", "k.at - $7::interval", "k.stop")
# One statement for both: LATERAL keeps to one index range a reading, also while a fresh table has no statistics.
_AROUND = (
    "SELECT r.* FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])"
    " WITH ORDINALITY AS k (patient_id, metric, unit, at, stop, number) CROSS JOIN LATERAL (SELECT k.number,"
    " min(r.value) FILTER (WHERE r.observed_at >= k.at - $6::interval) AS near_low,"
    " max(r.value) FILTER (WHERE r.observed_at >= k.at - $6::interval) AS near_high, min(r.value), max(r.value),"
    " bool_or(r.unit <> k.unit OR r.comparator IS NOT NULL), bool_or(r.observed_at > k.at),"
    " CASE WHEN count(*) FILTER (WHERE r.observed_at = k.at) > 1 THEN k.at"
    " ELSE max(r.observed_at) FILTER (WHERE r.observed_at < k.at) END"
    f" FROM {_NEAR_ONE} r WHERE r.status <> 'entered-in-error'"
    " AND r.observed_at >= $8::timestamptz AND r.observed_at <= $9::timestamptz OFFSET 0) r"
)
_NO_ALERT = "NULL::uuid, NULL::text, NULL::boolean, NULL::timestamptz, NULL::timestamptz"
_NO_EXTREMES = (
    "NULL::bigint, NULL::numeric, NULL::numeric, NULL::numeric, NULL::numeric, NULL::boolean, NULL::boolean,"
    " NULL::timestamptz"
)
_SURROUNDINGS = (
    f"SELECT x.*, {_NO_ALERT} FROM ({_AROUND}) x"
    f" UNION ALL SELECT {_NO_EXTREMES}, s.* FROM ({alerts.STANDING.format(ids='$10', since='$11')}) s"
)


async def surroundings(
    tx: Session,
    wanted: Sequence[Around],
    enrollment_ids: Iterable[UUID],
    *,
    since: datetime,
    near: timedelta,
    far: timedelta,
) -> tuple[list[Extremes], dict[UUID, list[Standing]]]:
    """What stands around new readings.

    The extremes over ``near`` and over ``far`` before each reading and all after it, in the order asked; and by
    enrollment the live alerts, and the others whose last evidence is not before ``since``.
    """
    arrays = [list(column) for column in zip(*wanted, strict=True)] or [[], [], [], [], []]
    first = min(arrays[3], default=since) - far
    last = max(arrays[4], default=since)
    rows = await wire.fetch(tx, _SURROUNDINGS, *arrays, near, far, first, last, list(enrollment_ids), since)
    extremes = [Extremes._make(row[1:8]) for row in sorted((row for row in rows if row[0] is not None), key=_number)]
    standing: dict[UUID, list[Standing]] = {}
    for row in rows:
        if row[0] is None:
            standing.setdefault(row[8], []).append(Standing._make(row[8:]))
    return extremes, standing


_number = itemgetter(0)
