"""Local days and business days: which days count, and when a day ends.

A business day is Monday to Friday without the calendar's public holidays and without the site's closures.
The default calendar is that of the US federal government (5 U.S.C. 6103), observed days included.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from shared.kit.zones import local_day
from shared.vocabulary import OffHours

US_FEDERAL = "US-federal"
_INSTANT = timedelta(microseconds=1)
_LONGEST_SEARCH = 3_660
_SATURDAY = 5

Counts = Callable[[date], bool]


class UnknownCalendar(ValueError):
    """The name is neither ``US-federal`` nor a country (or country-subdivision) the library knows."""


@lru_cache(maxsize=64)
def _book(name: str) -> holidays.HolidayBase:
    if name == US_FEDERAL:
        # Days off by executive order (mourning, Christmas Eve) are no holidays by law: not the category "government".
        return holidays.country_holidays("US")
    country, _, subdivision = name.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as error:
        raise UnknownCalendar(f"{name} is not a calendar: use US-federal, a country such as DE, or DE-BY") from error


def known_calendar(name: str) -> str:
    """The name itself when holidays are known for it.

    Raises:
        UnknownCalendar: when not.
    """
    _book(name)
    return name


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one site: its IANA time zone, its holidays by name, and the days it is closed.

    ``site`` names the site whose own calendar it is; None where the organization's applies. ``off_hours``: what becomes
    of a clinical clock that is due on a day off.
    """

    zone: str
    holidays: str = US_FEDERAL
    closures: frozenset[date] = frozenset()
    site: str | None = None
    off_hours: OffHours = OffHours.ON_CALL

    def without_closures(self) -> "Calendar":
        """The days as the law counts them: practice hours and closures stop no programme's clock."""
        return replace(self, closures=frozenset())

    def day_of(self, instant: datetime) -> date:
        """The local calendar day of an instant."""
        return local_day(instant, self.zone)

    def start_of(self, day: date) -> datetime:
        """The first instant of a local day, in UTC; where clocks skip midnight, the moment of the skip."""
        return datetime.combine(day, time.min, ZoneInfo(self.zone)).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """The last microsecond of a local day, in UTC: done at this instant is done on the day."""
        return self.start_of(day + timedelta(days=1)) - _INSTANT

    def why_not(self, day: date) -> str | None:
        """Why a day is no business day: ``weekend``, the holiday's name, ``closed``; None when it is one."""
        if day.weekday() >= _SATURDAY:
            return "weekend"
        holiday = _book(self.holidays).get(day)
        if holiday is not None:
            return str(holiday)
        return "closed" if day in self.closures else None

    def is_business_day(self, day: date) -> bool:
        """Whether a day counts for ``+n business days``."""
        return self.why_not(day) is None

    def add_days(self, day: date, count: int, counts: Counts | None = None) -> date:
        """The ``count``-th day after ``day`` among the days that count (all by default); 0 is the day itself.

        With ``counts``, day 0 moves on to the first day that counts.

        Raises:
            ValueError: no such day within ten years.
        """
        if counts is None:
            return day + timedelta(days=count)
        for offset in range(_LONGEST_SEARCH):
            candidate = day + timedelta(days=offset)
            if (offset or not count) and counts(candidate):
                if count <= 1:
                    return candidate
                count -= 1
        raise ValueError("no day counts within ten years")

    def add_business_days(self, day: date, count: int) -> date:
        """The ``count``-th business day after ``day``: the day after is the first candidate."""
        return self.add_days(day, count, self.is_business_day)
