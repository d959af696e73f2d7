"""Time zones by IANA name, local days, and ages on them."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    # The one of the machine, and the one that stands for none was chosen: neither is a place where somebody lives.
    return frozenset(available_timezones() - {"localtime", "Factory", "posixrules"})


def known_zone(name: str) -> str:
    """The name itself when it is an IANA time zone.

    Raises:
        ValueError: when it is not.
    """
    if name not in _names():
        raise ValueError("is not an IANA time zone name such as America/New_York")
    return name


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day of ``instant`` on the wall clock of ``zone``."""
    return instant.astimezone(ZoneInfo(zone)).date()


def before_birth(instant: datetime, born: date) -> bool:
    """Whether it was more than a day before the birth date: zones may differ by one."""
    return (born - instant.date()).days > 1


def age_on(born: date, day: date) -> int:
    """Completed years; somebody born on 29 February turns a year older on 1 March of common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
