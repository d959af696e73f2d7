"""The weeks of low alerts that nobody answered in time; those that came late have no time to answer."""

from datetime import datetime
from typing import NamedTuple

from services.monitoring.store import wire
from shared.db.base import Session, organization


class Week(NamedTuple):
    """One week's number of alerts and of the people they are about; both instants aware."""

    starts_at: datetime
    ends_at: datetime
    alerts: int
    patients: int


# Weeks of the calendar in a zone: one in which the clocks change is an hour shorter or longer.
_WEEKS = (
    "SELECT w.start AT TIME ZONE $3, (w.start + interval '7 days') AT TIME ZONE $3, count(*),"
    " count(DISTINCT w.patient_id) FROM (SELECT date_trunc('week', a.opened_at AT TIME ZONE $3) AS start, a.patient_id"
    " FROM alerts a WHERE a.organization_id = $1::uuid AND a.state = 'open' AND a.ack_due_at < $2::timestamptz"
    " AND a.severity = 'low') w GROUP BY w.start ORDER BY w.start DESC"
)


async def weeks_of_low(tx: Session, now: datetime, zone: str) -> list[Week]:
    """By the week in which they were opened the low alerts that nobody answered, newest week first."""
    return [Week._make(row) for row in await wire.fetch(tx, _WEEKS, organization(tx), now, zone)]
