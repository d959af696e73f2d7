"""What is expected of an enrollment is planned anew whenever the enrollment changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import protocol_versions, wire
from shared.db.base import Session, organization
from shared.db.job_failures import tried


class Unplanned(NamedTuple):
    """An enrollment that changed since it was planned; JSON as text. ``resumed_at`` is the last end of a pause,
    ``discharged_at`` that of a hospital stay."""

    enrollment_id: UUID
    patient_id: UUID
    version: int
    state: str
    inpatient: bool
    tier: str
    protocol: str
    protocol_version: str
    circumstances: str
    waits: str
    activated_at: datetime | None
    resumed_at: datetime | None
    discharged_at: datetime | None
    deceased: bool
    time_zone: str


# Every change of an enrollment holds its patient's row; whoever is being changed just now comes in the next round.
_CANDIDATES = (
    "SELECT DISTINCT c.patient_id FROM (SELECT e.patient_id FROM enrollments e"
    f" WHERE e.planned_version IS DISTINCT FROM e.version AND {tried('e.patient_id', '$2', '$3')}"
    " ORDER BY e.id LIMIT $1) c"
)
_LOCK = "SELECT q.id FROM patients q WHERE q.id = ANY($1::uuid[]) ORDER BY q.id FOR NO KEY UPDATE SKIP LOCKED"
_UNPLANNED = (
    "SELECT e.id, e.patient_id, e.version, e.state, e.inpatient_since IS NOT NULL, e.tier, e.protocol,"
    " e.protocol_version, e.circumstances::text, e.waits::text, e.activated_at,"
    " (SELECT max(coalesce(a.ended_at, a.planned_until)) FROM enrollment_pauses a WHERE a.enrollment_id = e.id),"
    " (SELECT max(s.ended_at) FROM stays s WHERE s.patient_id = e.patient_id AND s.state = 'finished'),"
    " p.deceased_at IS NOT NULL, p.time_zone"
    " FROM enrollments e JOIN patients p ON p.id = e.patient_id"
    " WHERE e.patient_id = ANY($1::uuid[]) AND e.planned_version IS DISTINCT FROM e.version"
)


async def patients_to_plan(tx: Session, job: str, now: datetime, *, limit: int) -> list[UUID]:
    """Patients of whom an enrollment changed since it was planned, without those on whom the job failed just now."""
    return [row[0] for row in await wire.fetch(tx, _CANDIDATES, limit, job, now)]


async def unplanned(tx: Session, patient_ids: Sequence[UUID]) -> list[Unplanned]:
    """The enrollments of these patients that changed, the patients locked until the end."""
    locked = [row[0] for row in await wire.fetch(tx, _LOCK, patient_ids)]
    if not locked:
        return []
    rows = [Unplanned._make(row) for row in await wire.fetch(tx, _UNPLANNED, locked)]
    await protocol_versions.bring(tx, rows)
    return rows


_DONE = (
    "UPDATE enrollments e SET planned_version = t.version FROM unnest($1::uuid[], $2::int[]) AS t (id, version)"
    " WHERE e.id = t.id"
)


async def planned(tx: Session, rows: Sequence[Unplanned]) -> None:
    """These enrollments are planned as of the version that was read."""
    await wire.fetch(tx, _DONE, [row.enrollment_id for row in rows], [row.version for row in rows])


_PLAN = (
    "INSERT INTO expectations (organization_id, enrollment_id, key, patient_id, protocol, protocol_version, metrics,"
    " examination, since, low_hours, moderate_hours, due_at, urgent)"
    " SELECT $1::uuid, t.enrollment_id, t.key, t.patient_id, t.protocol, t.protocol_version,"
    " string_to_array(t.metrics, ','), t.examination, t.since, t.low_hours, t.moderate_hours, t.due_at, false"
    " FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bool[],"
    " $9::timestamptz[], $10::int[], $11::int[], $12::timestamptz[])"
    " AS t (enrollment_id, key, patient_id, protocol, protocol_version, metrics, examination, since, low_hours,"
    " moderate_hours, due_at)"
    " ON CONFLICT (enrollment_id, key) DO UPDATE SET since = greatest(expectations.since, excluded.since),"
    " low_hours = excluded.low_hours,"
    " moderate_hours = excluded.moderate_hours, metrics = excluded.metrics,"
    " protocol_version = excluded.protocol_version,"
    # What stands, or was put aside for judgement, keeps its place in that queue.
    " due_at = CASE WHEN expectations.suspected_at IS NULL THEN excluded.due_at END"
)


class Planned(NamedTuple):
    """One expectation of one enrollment; ``metrics`` are joined by commas."""

    enrollment_id: UUID
    key: str
    patient_id: UUID
    protocol: str
    protocol_version: str
    metrics: str
    examination: bool
    since: datetime
    low_hours: int | None
    moderate_hours: int | None
    due_at: datetime


async def plan(tx: Session, rows: Sequence[Planned]) -> None:
    """Keep what is expected now."""
    if rows:
        await wire.fetch(tx, _PLAN, organization(tx), *(list(column) for column in zip(*rows, strict=True)))


_STOP = (
    "UPDATE expectations e SET due_at = NULL, suspected_at = CASE WHEN e.alert_id IS NULL THEN NULL ELSE"
    " $3::timestamptz END, blackout_id = NULL FROM unnest($1::uuid[], $2::text[]) AS t (enrollment_id, keys)"
    " WHERE e.enrollment_id = t.enrollment_id AND NOT e.key = ANY(string_to_array(t.keys, ','))"
)


async def stop(tx: Session, kept: Sequence[tuple[UUID, str]], now: datetime) -> None:
    """Expect nothing but these keys (joined by commas) of an enrollment; an absence that stands is to be closed."""
    if kept:
        await wire.fetch(tx, _STOP, *(list(column) for column in zip(*kept, strict=True)), now)


_HURRY = (
    "UPDATE expectations e SET urgent = e.urgent OR $3::bool, due_at = least(e.due_at, $2::timestamptz)"
    " WHERE e.enrollment_id = $1::uuid AND NOT e.examination"
    " AND (e.due_at IS NOT NULL OR e.alert_id IS NOT NULL OR NOT $3::bool)"
    " AND ($3::bool OR e.key = ANY($4::text[]))"
)


async def hurry(tx: Session, enrollment_id: UUID, due_at: datetime, *, urgent: bool, keys: Sequence[str] = ()) -> None:
    """Look no later than ``due_at``: at all streams of an enrollment when ``urgent``, else at those of these keys."""
    await wire.fetch(tx, _HURRY, enrollment_id, due_at, urgent, list(keys))


_REEXAMINE = (
    "UPDATE expectations SET due_at = least(due_at, $2::timestamptz)"
    " WHERE enrollment_id = ANY($1::uuid[]) AND examination AND due_at IS NOT NULL"
)


async def reexamine(tx: Session, enrollment_ids: Sequence[UUID], now: datetime) -> None:
    """Results came: look again at what is due when."""
    await wire.fetch(tx, _REEXAMINE, list(enrollment_ids), now)
