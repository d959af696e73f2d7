"""How a clock's due instant was computed, in a sentence a coordinator can check."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.kit.calendar import Calendar
from shared.vocabulary import OffHours

_UNITS = {"h": "hours", "d": "calendar days", "bd": "business days"}
_DAY = "%a %Y-%m-%d"
_MINUTE = "%a %Y-%m-%d %H:%M"


def explain(
    count: int,
    unit: str,
    at: datetime,
    due: datetime | None,
    calendar: Calendar,
    pauses: Sequence[tuple[datetime, str]],
) -> str:
    """The start, the rule, each day that was not counted and why, each pause, and the due instant, in local time."""
    zone = ZoneInfo(calendar.zone)
    whose = calendar.zone if calendar.site is None else f"{calendar.zone}, calendar of {calendar.site}"
    parts = [f"{_how(count, unit)} from {at.astimezone(zone):{_MINUTE}} ({whose})"]
    if unit == "bd" and due is not None:
        parts += _not_counted(calendar.day_of(at), calendar.day_of(due), calendar)
    parts += [f"paused from {since.astimezone(zone):{_MINUTE}}: {reason}" for since, reason in pauses]
    if due is None:
        return "; ".join([*parts, "no due instant while paused"])
    local = due.astimezone(zone)
    parts.append(f"due {local:{_MINUTE}}" if unit == "h" else f"due {local:{_DAY}} end of day")
    off = calendar.why_not(local.date())
    whose = ": on-call list" if calendar.off_hours is OffHours.ON_CALL else ""
    return "; ".join(parts) + (f", which is {off}{whose}" if off else "")


def moved_to(due: datetime, calendar: Calendar, *, capped: bool) -> str:
    """A clinical clock was moved off a day off, by the practice's setting."""
    local, day = due.astimezone(ZoneInfo(calendar.zone)), calendar.day_of(due)
    when = f"{day:{_DAY}} end of day" if due == calendar.end_of(day) else f"{local:{_MINUTE}}"
    until = ", when the programme's clock is" if capped else ""
    return f"moved to the next business day as the practice has it: due {when}{until}"


def kept_on_call() -> str:
    """A clinical clock was not moved off a day off: the programme does not wait."""
    return "not moved to the next business day, which is past the programme's clock: on-call list"


def _how(count: int, unit: str) -> str:
    if unit == "d" and not count:
        return "the same day"
    words = _UNITS[unit]
    return f"{count} {words if count != 1 else words[:-1]}"


def _not_counted(first: date, last: date, calendar: Calendar) -> list[str]:
    days = [first + timedelta(days=n) for n in range(1, (last - first).days)]
    named = [f"{day:{_DAY}} is {why}" for day in days if (why := calendar.why_not(day))]
    return [f"not counted: {', '.join(named)}"] if named else []
