"""By when an alert has to be acknowledged, and looked at again (clinical §1.9; all times are [default])."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from shared.kit.calendar import Calendar
from shared.vocabulary import Severity

# [default] §1.9 says "in hours" and "business h" and leaves the hours to the practice.
OPENS, CLOSES = time(8), time(17)
AT_ONCE = timedelta(minutes=15)
IN_HOURS: Mapping[Severity, timedelta] = MappingProxyType(
    {Severity.HIGH: timedelta(hours=1), Severity.MODERATE: timedelta(hours=4)}
)
LOW_BUSINESS_DAYS = 2
AGAIN: Mapping[Severity, timedelta] = MappingProxyType(
    {
        Severity.CRITICAL: timedelta(hours=24),
        Severity.HIGH: timedelta(hours=24),
        Severity.MODERATE: timedelta(hours=72),
        Severity.LOW: timedelta(days=7),
        Severity.INFO: timedelta(days=7),
    }
)


def acknowledge_by(severity: Severity, opened_at: datetime, calendar: Calendar) -> datetime:
    """Critical: 15 minutes at any hour. High and moderate: 1 and 4 business hours. Low: the 2nd business day's end."""
    if severity is Severity.CRITICAL:
        return opened_at + AT_ONCE
    if severity in IN_HOURS:
        return _business_hours(opened_at, IN_HOURS[severity], calendar)
    return calendar.end_of(calendar.add_business_days(calendar.day_of(opened_at), LOW_BUSINESS_DAYS))


def again_by(severity: Severity, acknowledged_at: datetime) -> datetime:
    """When an acknowledged alert is looked at again."""
    return acknowledged_at + AGAIN[severity]


def _business_hours(since: datetime, length: timedelta, calendar: Calendar) -> datetime:
    day = calendar.day_of(since)
    while True:
        if calendar.is_business_day(day):
            begins, ends = max(since, _at(day, OPENS, calendar)), _at(day, CLOSES, calendar)
            if begins + length <= ends:
                return begins + length
            length -= max(timedelta(0), ends - begins)
        day += timedelta(days=1)


def _at(day: date, hour: time, calendar: Calendar) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(calendar.zone)).astimezone(UTC)
