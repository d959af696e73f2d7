"""Clinic hours: how long a deadline runs when it stops outside them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.kit.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one site on its business days, on its own clock; ``opens`` lies before ``closes``."""

    calendar: Calendar
    opens: time
    closes: time

    def are_open(self, instant: datetime) -> bool:
        """Whether somebody is there at an instant (aware)."""
        opens, closes = self._of(self.calendar.day_of(instant))
        return self.calendar.is_business_day(self.calendar.day_of(instant)) and opens <= instant < closes

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself within hours, else the next opening."""
        if self.are_open(instant):
            return instant
        day = self.calendar.day_of(instant)
        if self.calendar.is_business_day(day) and instant < self._of(day)[0]:
            return self._of(day)[0]
        return self._of(self.calendar.add_business_days(day, 1))[0]

    def add(self, instant: datetime, length: timedelta) -> datetime:
        """The instant at which so much time within hours has passed."""
        at = self.next_open(instant)
        while True:
            closes = self._of(self.calendar.day_of(at))[1]
            if at + length <= closes:
                return at + length
            length -= closes - at
            at = self.next_open(closes)

    def add_days(self, instant: datetime, days: int) -> datetime:
        """The same time of day so many business days later, counted from the next opening."""
        at = self.next_open(instant)
        local = at.astimezone(ZoneInfo(self.calendar.zone))
        day = self.calendar.add_business_days(local.date(), days)
        return datetime.combine(day, local.time(), local.tzinfo).astimezone(UTC)

    def _of(self, day: date) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.calendar.zone)
        opens, closes = (datetime.combine(day, at, zone).astimezone(UTC) for at in (self.opens, self.closes))
        return opens, closes
