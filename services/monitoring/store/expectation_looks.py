"""The look at what is due: who was heard of lately moves on within the database, of the others the readings are asked.

A look is one statement for thousands of rows. It knows the protocols' waits as they are handed to it, and moves on
only what certainly waits; whatever it is in doubt about, it gives back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import protocol_versions, wire
from services.monitoring.store.reading_packs import readings_where
from shared.db.base import Session

_LOOK_AHEAD = timedelta(days=1)


class Wait(NamedTuple):
    """How long a stream may bring nothing; ``low`` None where the hours do not say it, as where noon decides."""

    protocol: str
    version: str
    key: str
    low: timedelta | None
    once_started: bool


class Window(NamedTuple):
    """As of when rows are due, and how far back readings may have been measured."""

    now: datetime
    back: timedelta


class Key(NamedTuple):
    """One expectation of one enrollment."""

    enrollment_id: UUID
    key: str


_NEWEST = (
    "(SELECT n.received_at, n.source FROM unnest({of}.metrics) AS m (metric) CROSS JOIN LATERAL"
    " (SELECT r.received_at, r.source FROM {readings} r"
    "  WHERE r.observed_at < {stop} AND r.status <> 'entered-in-error'"
    "  ORDER BY r.observed_at DESC LIMIT 1) n ORDER BY n.received_at DESC LIMIT 1)"
)


def _newest(of: str, start: str, stop: str) -> str:
    """One probe of the key a metric; the bounds leave out partitions before the first probe."""
    readings = readings_where(f"x.patient_id = {of}.patient_id AND x.metric = m.metric", start, stop)
    return _NEWEST.format(of=of, readings=readings, stop=stop)


# A reading measured within the wait mostly says enough. Where it does not, an older one that came late may: those rows
# are given back. Who has not begun to send what they need not send is asked as far back as anybody.
_LOOK = (
    "WITH due AS MATERIALIZED (SELECT e.* FROM expectations e WHERE e.due_at <= $1::timestamptz AND NOT e.examination"
    "  ORDER BY e.due_at LIMIT $2 FOR UPDATE SKIP LOCKED),"
    " waiting AS MATERIALIZED (SELECT d.enrollment_id, d.key, d.patient_id, d.metrics, d.since, d.urgent,"
    "  w.once_started, w.wait, $1::timestamptz - CASE WHEN w.once_started THEN $3::interval ELSE w.wait END AS start"
    "  FROM due d JOIN LATERAL (SELECT p.once_started, coalesce(d.low_hours * interval '1 hour', p.low) AS wait"
    "   FROM unnest($4::text[], $5::text[], $6::text[], $7::interval[], $8::bool[])"
    "    AS p (protocol, version, key, low, once_started)"
    "   WHERE p.protocol = d.protocol AND p.version = d.protocol_version AND p.key = d.key) w ON w.wait IS NOT NULL"
    "  WHERE d.alert_id IS NULL AND d.blackout_id IS NULL),"
    " seen AS MATERIALIZED (SELECT w.enrollment_id, w.key, n.source,"
    "  CASE WHEN w.once_started AND n.received_at IS NULL THEN $1::timestamptz + $9::interval"
    "   ELSE greatest(w.since, n.received_at)"
    "    + CASE WHEN w.urgent THEN least(w.wait, $10::interval) ELSE w.wait END END AS due_at"
    f"  FROM waiting w LEFT JOIN LATERAL {_newest('w', 'w.start', '$11::timestamptz')} n ON true),"
    " calm AS (UPDATE expectations e SET due_at = s.due_at, cloud = split_part(s.source, '/', 1) FROM seen s"
    "  WHERE e.enrollment_id = s.enrollment_id AND e.key = s.key AND s.due_at > $1::timestamptz"
    "  RETURNING e.enrollment_id, e.key)"
    " SELECT d.enrollment_id, d.key, c.key IS NOT NULL FROM due d"
    " LEFT JOIN calm c ON c.enrollment_id = d.enrollment_id AND c.key = d.key"
)


async def look(
    tx: Session, window: Window, waits: Sequence[Wait], *, unstarted: timedelta, urgent: timedelta, limit: int
) -> tuple[int, list[Key]]:
    """Look at streams that are due, kept from other workers until the end; how many, and those still in doubt.

    ``unstarted`` is after what time somebody who has not begun is looked at again, ``urgent`` the wait after an
    unresolved high alert.
    """
    now, back = window
    columns = [list(column) for column in zip(*waits, strict=True)]
    rows = await wire.fetch(tx, _LOOK, now, limit, back, *columns, unstarted, urgent, now + _LOOK_AHEAD)
    return len(rows), [Key(row[0], row[1]) for row in rows if not row[2]]


class Look(NamedTuple):
    """A row in doubt, with the newest reading there is; ``ended_at`` is the end of the blackout it waited out."""

    enrollment_id: UUID
    key: str
    protocol: str
    protocol_version: str
    since: datetime
    low_hours: int | None
    moderate_hours: int | None
    urgent: bool
    alert_id: UUID | None
    time_zone: str
    blackout_id: UUID | None
    ended_at: datetime | None
    received_at: datetime | None
    source: str | None


# Not under the name e: what is asked of readings uses it.
_IN_DOUBT = (
    "SELECT d.enrollment_id, d.key, d.protocol, d.protocol_version, d.since, d.low_hours, d.moderate_hours,"
    " d.urgent, d.alert_id,"
    " p.time_zone, d.blackout_id, (SELECT b.ended_at FROM blackouts b WHERE b.id = d.blackout_id),"
    " n.received_at, n.source FROM unnest($1::uuid[], $2::text[]) AS k (enrollment_id, key)"
    " JOIN LATERAL (SELECT x.* FROM expectations x WHERE x.enrollment_id = k.enrollment_id AND x.key = k.key"
    "  OFFSET 0) d ON true"
    " JOIN LATERAL (SELECT q.time_zone FROM patients q WHERE q.id = d.patient_id OFFSET 0) p ON true"
    f" LEFT JOIN LATERAL {_newest('d', '$3::timestamptz', '$4::timestamptz')} n ON true"
)


async def in_doubt(tx: Session, keys: Iterable[Key], window: Window) -> list[Look]:
    """These rows with the newest reading of the whole window; they are kept from other workers already."""
    columns = [list(column) for column in zip(*keys, strict=True)]
    if not columns:
        return []
    now, back = window
    found = await wire.fetch(tx, _IN_DOUBT, *columns, now - back, now + _LOOK_AHEAD)
    rows = [Look._make(row) for row in found]
    await protocol_versions.bring(tx, rows)
    return rows


class Calm(NamedTuple):
    """Nothing is missing yet: when to look again, and since when waiting counts."""

    enrollment_id: UUID
    key: str
    due_at: datetime
    cloud: str | None
    since: datetime
    blackout_id: UUID | None


_CALM = (
    "UPDATE expectations e SET due_at = t.due_at, cloud = t.cloud, since = t.since, blackout_id = t.blackout_id"
    " FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::uuid[])"
    " AS t (enrollment_id, key, due_at, cloud, since, blackout_id)"
    " WHERE e.enrollment_id = t.enrollment_id AND e.key = t.key"
)


async def calm(tx: Session, rows: Sequence[Calm]) -> None:
    """Look at these streams again at another instant."""
    if rows:
        await wire.fetch(tx, _CALM, *(list(column) for column in zip(*rows, strict=True)))


_SUSPECT = (
    "UPDATE expectations e SET suspected_at = $4::timestamptz, due_at = NULL,"
    " cloud = coalesce(t.cloud, e.cloud)"
    " FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (enrollment_id, key, cloud)"
    " WHERE e.enrollment_id = t.enrollment_id AND e.key = t.key"
)


async def suspect(tx: Session, rows: Sequence[tuple[UUID, str, str | None]], now: datetime) -> None:
    """Nothing came: to be judged with the patient's row locked. Rows are (enrollment, key, cloud)."""
    if rows:
        await wire.fetch(tx, _SUSPECT, *(list(column) for column in zip(*rows, strict=True)), now)


_DUE_EXAMINATIONS = (
    "SELECT x.enrollment_id, x.key, x.patient_id, x.protocol, x.protocol_version, x.metrics, x.since,"
    " x.alert_id IS NOT NULL,"
    " e.activated_at, p.time_zone, e.targets"
    " FROM (SELECT * FROM expectations d WHERE d.examination AND d.due_at <= $1::timestamptz"
    "  ORDER BY d.due_at LIMIT $2 FOR UPDATE SKIP LOCKED) x"
    " JOIN LATERAL (SELECT q.time_zone FROM patients q WHERE q.id = x.patient_id OFFSET 0) p ON true"
    " JOIN LATERAL (SELECT n.activated_at, n.targets::text AS targets FROM enrollments n"
    "  WHERE n.id = x.enrollment_id OFFSET 0) e ON true"
)


class DueExamination(NamedTuple):
    """An examination whose time may have come; ``targets`` of its enrollment as JSON text."""

    enrollment_id: UUID
    key: str
    patient_id: UUID
    protocol: str
    protocol_version: str
    metrics: list[str]
    since: datetime
    stands: bool
    activated_at: datetime | None
    time_zone: str
    targets: str


async def look_examinations(tx: Session, now: datetime, *, limit: int) -> list[DueExamination]:
    """Examinations that are due to be looked at, kept from other workers until the end."""
    rows = [DueExamination._make(row) for row in await wire.fetch(tx, _DUE_EXAMINATIONS, now, limit)]
    await protocol_versions.bring(tx, rows)
    return rows


_PUT_OFF = (
    "UPDATE expectations e SET due_at = t.due_at FROM unnest($1::uuid[], $2::text[], $3::timestamptz[])"
    " AS t (enrollment_id, key, due_at) WHERE e.enrollment_id = t.enrollment_id AND e.key = t.key"
)


async def put_off(tx: Session, rows: Sequence[tuple[UUID, str, datetime]]) -> None:
    """Look at these examinations again at another instant. Rows are (enrollment, key, due)."""
    if rows:
        await wire.fetch(tx, _PUT_OFF, *(list(column) for column in zip(*rows, strict=True)))
