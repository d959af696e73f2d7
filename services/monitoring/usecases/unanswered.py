"""The weekly report of low alerts that nobody answered (clinical §1.9)."""

from datetime import datetime

from services.monitoring.store import practices
from services.monitoring.store import unanswered as store
from shared.contracts.monitoring.alerts_again import UnansweredLow, WeekOfLow
from shared.db.base import Session

_OTHERWISE = "UTC"
"""Whose weeks they are while the practice has not said its zone."""


async def low(tx: Session, *, now: datetime) -> UnansweredLow:
    """By week, newest first; weeks of the practice's zone."""
    zone = await practices.zone(tx, _OTHERWISE)
    weeks = await store.weeks_of_low(tx, now, zone)
    return UnansweredLow(time_zone=zone, weeks=[WeekOfLow(**each._asdict()) for each in weeks])
