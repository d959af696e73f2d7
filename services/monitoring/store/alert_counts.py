"""Alerts as the tier rule counts them."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import wire
from shared.db.base import Session
from shared.vocabulary import Severity


class Counted(NamedTuple):
    """An alert as the tier rule counts it; ``known_at`` is when it was first found to be this serious."""

    enrollment_id: UUID
    severity: Severity
    began_at: datetime
    known_at: datetime


_COUNTED = (
    "SELECT a.enrollment_id, a.severity, a.began_at, coalesce((SELECT min((f->>'known_at')::timestamptz)"
    " FROM jsonb_array_elements(a.findings) f WHERE f->>'severity' = a.severity), a.opened_at) FROM alerts a"
    " WHERE a.enrollment_id = ANY($1::uuid[]) AND a.last_at > $2::timestamptz AND a.began_at > $2::timestamptz"
    " AND a.state <> 'closed' AND a.disposition IS DISTINCT FROM 'false-reading'"
)


async def counted(tx: Session, enrollment_ids: Iterable[UUID], since: datetime) -> list[Counted]:
    """The alerts whose episode began after ``since``, but for withdrawn evidence and false readings."""
    await tx.flush()
    rows = await wire.fetch(tx, _COUNTED, list(enrollment_ids), since)
    return [Counted(row[0], Severity(row[1]), row[2], row[3]) for row in rows]
