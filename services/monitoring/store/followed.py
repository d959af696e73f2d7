"""The patients of a batch with the enrollments they are followed under: one statement, rows locked in order."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import protocol_versions, wire
from shared.db.base import Session, organization

# The lock makes changes of one patient's readings and alerts wait for one another (L4). It is taken in the order of the
# ids, so that two batches never wait for each other in a circle, and leaves room for rows that refer to the patient.
# LATERAL keeps to one index probe an id, also while a fresh table has no statistics to plan by.
_ROSTER = (
    "SELECT p.id, p.time_zone, p.coordination_id, e.id, e.protocol, e.protocol_version, e.activated_at,"
    " e.request_id, e.first_reading_at, e.baselines::text, e.targets::text,"
    " coalesce(e.circumstance_spans, e.circumstances)::text, e.silent,"
    " (SELECT true FROM devices d WHERE d.organization_id = $2::uuid AND d.source = ANY($3::text[]) LIMIT 1),"
    " p.deceased_at, p.birth_date"
    " FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (SELECT q.id, q.time_zone, q.coordination_id,"
    " q.deceased_at, q.birth_date FROM patients q WHERE q.id = asked.id FOR NO KEY UPDATE) p LEFT JOIN LATERAL"
    " (SELECT * FROM enrollments f WHERE f.patient_id = p.id AND f.state IN ('active', 'paused') OFFSET 0) e ON true"
)


class RosterRow(NamedTuple):
    """A patient, and one of their enrollments when they have one; JSON as text.

    ``silent``: something that was expected did not come, and an alert says so.
    """

    patient_id: UUID
    time_zone: str
    coordination_id: UUID | None
    enrollment_id: UUID | None
    protocol: str
    protocol_version: str
    activated_at: datetime
    request_id: UUID | None
    first_reading_at: datetime | None
    baselines: str
    targets: str
    circumstances: str
    silent: bool
    devices: bool | None
    deceased_at: datetime | None
    birth_date: date


async def lock(tx: Session, patient_ids: Iterable[UUID], sources: Iterable[str] = ()) -> Sequence[RosterRow]:
    """Lock these patients until the end of the transaction, and read whom they are followed as.

    Ids that name nobody in this organization are left out. ``devices`` of each row says whether any of ``sources`` is
    a device that was ever handed out, to whomever.
    """
    ids = sorted(patient_ids, key=attrgetter("int"))
    rows = await wire.fetch(tx, _ROSTER, ids, organization(tx), sorted(set(sources)))
    roster = [RosterRow._make(row) for row in rows]
    await protocol_versions.bring(tx, roster)
    return roster
