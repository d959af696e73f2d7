"""Calendar months, counted on dates: 31 August and six months are the last day of February."""

from calendar import monthrange
from datetime import date, datetime

_MONTHS = 12


def add_months(day: date, count: int) -> date:
    """The same day so many months later (earlier when negative), or the last day of a month that is shorter."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + count, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_after(at: datetime, count: int) -> datetime:
    """The same time of day so many months later, on the day of :func:`add_months` on the clock of ``at``."""
    day = add_months(at.date(), count)
    return at.replace(year=day.year, month=day.month, day=day.day)
