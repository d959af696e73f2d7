"""Whether check-ins are still due, and when sensors spoke: asked for many enrollments or patients at once."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import wire
from services.monitoring.store.reading_packs import readings_where
from shared.db.base import Session
from shared.vocabulary import Metric

# The open check-in an enrollment waits for, unless another conversation fulfilled its day, and whether the last one
# that is over took place.
_CHECK_INS = (
    "SELECT t.id, o.due_on, coalesce(s.state = 'completed', false) FROM unnest($1::uuid[]) AS t (id)"
    " LEFT JOIN LATERAL (SELECT i.due_on FROM check_in_enrollments c JOIN check_ins i ON i.id = c.check_in_id"
    "  WHERE c.enrollment_id = t.id AND c.open AND NOT EXISTS (SELECT FROM check_in_enrollments f"
    "   WHERE f.enrollment_id = t.id AND f.settled_on >= i.due_on) LIMIT 1) o ON true"
    " LEFT JOIN LATERAL (SELECT i.state FROM check_in_enrollments c JOIN check_ins i ON i.id = c.check_in_id"
    "  WHERE c.enrollment_id = t.id AND NOT c.open AND i.settled_at IS NOT NULL"
    "  ORDER BY i.settled_at DESC LIMIT 1) s ON true"
)


async def check_ins(tx: Session, enrollment_ids: Iterable[UUID]) -> dict[UUID, tuple[date | None, bool]]:
    """By enrollment the day on which its open check-in was due, and whether the last one that is over was held."""
    wanted = sorted(set(enrollment_ids))
    rows = await wire.fetch(tx, _CHECK_INS, wanted) if wanted else []
    return {row[0]: (row[1], row[2]) for row in rows}


# The check-in that waited at an instant: planned by then, not over by then, its day not fulfilled by another one.
_DUE_AT = (
    "SELECT i.due_on FROM check_in_enrollments c JOIN check_ins i ON i.id = c.check_in_id"
    " WHERE c.enrollment_id = $1::uuid AND i.due_on <= $3::date AND i.created_at <= $2::timestamptz"
    " AND (i.settled_at IS NULL OR i.settled_at > $2::timestamptz) AND NOT EXISTS (SELECT FROM check_in_enrollments f"
    "  JOIN check_ins j ON j.id = f.check_in_id WHERE f.enrollment_id = c.enrollment_id"
    "  AND f.settled_on >= i.due_on AND j.settled_at <= $2::timestamptz) ORDER BY i.due_on DESC LIMIT 1"
)


async def due_at(tx: Session, enrollment_id: UUID, at: datetime, day: date) -> date | None:
    """The day on which the check-in was due that an enrollment waited for at an instant, which was on ``day``."""
    rows = await wire.fetch(tx, _DUE_AT, enrollment_id, at, day)
    return rows[0][0] if rows else None


_SENSOR = f"x.patient_id = t.id AND x.metric = '{Metric.GLUCOSE_CGM.value}'"
_BOTH_PERIODS = readings_where(_SENSOR, "$2::timestamptz", "$4::timestamptz")
_WORN = (
    "SELECT t.id, count(*) FILTER (WHERE r.observed_at >= $3::timestamptz), min(r.observed_at)"
    f" FROM unnest($1::uuid[]) AS t (id) CROSS JOIN LATERAL {_BOTH_PERIODS} r"
    " WHERE r.observed_at < $4::timestamptz AND r.status <> 'entered-in-error'"
    " AND ($5::timestamptz IS NULL OR r.received_at <= $5::timestamptz) GROUP BY t.id"
)


class Worn(NamedTuple):
    """How many readings of a sensor there are in a period, and the earliest of twice that period."""

    readings: int
    first_at: datetime


async def worn(
    tx: Session, patient_ids: Iterable[UUID], *, now: datetime, period: timedelta, known_by: datetime | None = None
) -> dict[UUID, Worn]:
    """By patient what the sensor sent in the ``period`` before ``now``; patients without a sensor are left out.

    Only of what was received by ``known_by`` if given.
    """
    wanted = sorted(set(patient_ids))
    rows = await wire.fetch(tx, _WORN, wanted, now - 2 * period, now - period, now, known_by) if wanted else []
    return {row[0]: Worn(row[1], row[2]) for row in rows}


_HEARD = (
    f"SELECT t.id, r.observed_at, r.source FROM unnest($1::uuid[]) AS t (id)"
    f" CROSS JOIN LATERAL {readings_where(_SENSOR, '$2::timestamptz', '$3::timestamptz')} r"
    " WHERE r.observed_at < $3::timestamptz AND r.status <> 'entered-in-error'"
    " AND ($4::timestamptz IS NULL OR r.received_at <= $4::timestamptz)"
)


async def heard(
    tx: Session, patient_ids: Iterable[UUID], start: datetime, stop: datetime, *, known_by: datetime | None = None
) -> dict[UUID, list[tuple[datetime, str]]]:
    """By patient when a sensor spoke from ``start`` to before ``stop``, and which; only what came by ``known_by``."""
    found: dict[UUID, list[tuple[datetime, str]]] = {}
    wanted = sorted(set(patient_ids))
    for row in await wire.fetch(tx, _HEARD, wanted, start, stop, known_by) if wanted else []:
        found.setdefault(row[0], []).append((row[1], row[2]))
    return found
