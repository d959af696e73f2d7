"""Re-checks that were planned when an alert ended and that nobody has recorded."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import protocol_versions, wire
from shared.db.base import Session


class Planned(NamedTuple):
    """What the panel needs of an alert that ended with a plan to look at the patient again."""

    id: UUID
    enrollment_id: UUID
    protocol: str
    protocol_version: str
    rule: str
    severity: str
    recheck_at: datetime


# A conversation that was held since the alert ended has looked at the patient again.
_PLANNED = (
    "SELECT a.id, a.enrollment_id, a.protocol, a.protocol_version, a.rule, a.severity,"
    " (a.closure ->> 'recheck_at')::timestamptz FROM alerts a"
    " WHERE a.patient_id = ANY($1::uuid[]) AND a.state = 'resolved' AND a.closure ->> 'recheck_at' IS NOT NULL"
    " AND a.closure ->> 'rechecked_at' IS NULL AND (a.closure ->> 'recheck_at')::timestamptz > $2::timestamptz"
    " AND NOT EXISTS (SELECT FROM check_ins c WHERE c.patient_id = a.patient_id AND c.state = 'completed'"
    "  AND c.asked_at > a.settled_at) ORDER BY a.id"
)


async def planned(tx: Session, patient_ids: Iterable[UUID], after: datetime) -> list[Planned]:
    """The re-checks of patients that wait, of those planned for ``after`` an instant."""
    rows = [Planned._make(row) for row in await wire.fetch(tx, _PLANNED, list(patient_ids), after)]
    await protocol_versions.bring(tx, rows)
    return rows
