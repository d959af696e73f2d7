"""When the next check-in is due: local days counted from the start of a tier (clinical §1.10)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

from services.monitoring.domain.protocol import Cadence
from shared.kit.calendar import Calendar


def days(cadence: Cadence, anchor: date) -> Iterator[date]:
    """Every day a check-in is due, without end: the first ones from ``anchor``, then one ``every`` so long."""
    yield from (anchor + each for each in cadence.first)
    last = anchor + (cadence.first[-1] if cadence.first else timedelta())
    yield from (last + number * cadence.every for number in count(1))


def next_day(cadence: Cadence, anchor: date, *, settled: date | None, floor: date) -> date:
    """The first due day after the last one that was settled, and not before ``floor`` (the end of a pause).

    Days that passed while nobody was asked stay due: only the earliest of them, until it is settled.
    """
    return next(day for day in days(cadence, anchor) if day >= floor and (settled is None or day > settled))


def due_at(day: date, zone: str) -> datetime:
    """The last instant of a local day, in UTC."""
    return Calendar(zone).end_of(day)
