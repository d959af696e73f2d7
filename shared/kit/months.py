"""Calendar months, counted on dates: 31 August and six months are the last day of February."""

from calendar import monthrange
from datetime import date

_MONTHS = 12


def add_months(day: date, count: int) -> date:
    """The same day so many months later (earlier when negative), or the last day of a month that is shorter."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + count, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
