"""When something began that asks for education anew: circumstances of an enrollment, and ends of hospital stays."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.monitoring.store import wire
from shared.db.base import Session

_TIMES = (
    "SELECT e.id, t.what, t.at FROM enrollments e CROSS JOIN LATERAL ("
    "SELECT s.span->>'fact' AS what, (s.span->>'start')::timestamptz AS at"
    " FROM jsonb_array_elements(coalesce(e.circumstance_spans, '[]'::jsonb)) AS s (span)"
    " WHERE s.span->>'fact' = ANY($2::text[])"
    " UNION ALL SELECT $3::text, y.ended_at FROM stays y WHERE y.patient_id = e.patient_id AND y.state = 'finished'"
    ") t WHERE e.id = ANY($1::uuid[]) AND t.at >= e.activated_at AND t.at <= $4::timestamptz ORDER BY t.at"
)


async def of_enrollments(
    tx: Session, enrollment_ids: Iterable[UUID], now: datetime, *, facts: Iterable[str], discharge: str
) -> dict[UUID, list[tuple[str, datetime]]]:
    """By enrollment what began when, since it is followed and by ``now``; ends of stays under ``discharge``."""
    wanted = sorted(set(enrollment_ids))
    found: dict[UUID, list[tuple[str, datetime]]] = {}
    if wanted:
        for row in await wire.fetch(tx, _TIMES, wanted, sorted(facts), discharge, now):
            found.setdefault(row[0], []).append((row[1], row[2]))
    return found
