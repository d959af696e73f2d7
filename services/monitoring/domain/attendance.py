"""What is expected besides readings that keep coming: a conversation that is due, a sensor that is worn (§1.11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from services.monitoring.domain.missing import UNSTARTED, Absence, Verdict
from services.monitoring.domain.silence import Expected
from shared.kit.calendar import Calendar
from shared.kit.units import plain
from shared.vocabulary import Severity

CHECK_IN = "OVERDUE-CHECK-IN"
_AGAIN = timedelta(days=1)
_HUNDRED = Decimal(100)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation(Expected):
    """The check-in the tier asks for: ``low`` and ``moderate`` so many days after the day it was due."""

    low_days: int = 1
    moderate_days: int = 3

    def rhythm(self) -> str:
        return f"by tier; low {self.low_days} day after it was due, moderate {self.moderate_days} days"

    def steps(self, due_on: date, zone: str) -> tuple[tuple[Severity, datetime], ...]:
        """When its absence becomes ``low`` and ``moderate``: at the start of the patient's day."""
        calendar, days = Calendar(zone), (self.low_days, self.moderate_days)
        return tuple(
            (severity, calendar.start_of(due_on + timedelta(days=after)))
            for severity, after in zip((Severity.LOW, Severity.MODERATE), days, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Due:
    """The check-in of an enrollment that is still open, if one is, and whether the last that is over was held."""

    due_on: date | None = None
    held: bool = False


NOTHING_DUE = Due()


def of_conversation(expected: Conversation, due: Due, *, since: datetime, now: datetime, zone: str) -> Verdict:
    """``since``: a check-in that was overdue before has been dealt with."""
    if due.due_on is None:
        return Verdict(None, now + _AGAIN, came=due.held)
    steps = expected.steps(due.due_on, zone)
    if steps[0][1] <= since:
        return Verdict(None, now + _AGAIN, came=due.held)
    reached = [(step, at) for step, at in steps if at <= now]
    look_at = min((at for _, at in steps if at > now), default=now + _AGAIN)
    if not reached:
        return Verdict(None, look_at, came=due.held)
    severity, at = reached[-1]
    said = ", ".join(f"{step} after {(local - due.due_on).days} d" for step, local in _days(expected, due.due_on))
    return Verdict(Absence(severity, steps[0][1], at, f"check-in due {due.due_on}, not held: {said}"), look_at)


def _days(expected: Conversation, due_on: date) -> Sequence[tuple[Severity, date]]:
    low, moderate = (due_on + timedelta(days=days) for days in (expected.low_days, expected.moderate_days))
    return (Severity.LOW, low), (Severity.MODERATE, moderate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage(Expected):
    """A sensor that is worn: ``low`` when it was active for less than ``least`` percent of ``period``.

    A gap shorter than ``change`` between two sensors is the change of sensors and does not count.
    """

    least: Decimal
    period: timedelta
    change: timedelta
    every: timedelta

    def rhythm(self) -> str:
        hours = self.change // timedelta(hours=1)
        text = f"low when active for less than {plain(self.least)} % of {self.period.days} days"
        return f"{text}; a change of sensors of under {hours} h is ignored"


@dataclass(frozen=True, slots=True)
class Heard:
    """When a sensor spoke, and which."""

    at: datetime
    source: str


def active(expected: Coverage, heard: Sequence[Heard], *, start: datetime, end: datetime) -> Decimal:
    """The percentage of expected readings from ``start`` to before ``end`` (aware) that were received."""
    line = sorted({each.at: each for each in heard if start <= each.at < end}.values(), key=lambda each: each.at)
    every = _interval(line, expected.every)
    changes = (
        later.at - before.at
        for before, later in pairwise(line)
        if later.source != before.source and later.at - before.at < expected.change
    )
    excused = sum(((gap - every) // every for gap in changes if gap > every), 0)
    due = max(1, (end - start) // every - excused)
    return min(_HUNDRED, _HUNDRED * len(line) / due)


def _interval(line: Sequence[Heard], usual: timedelta) -> timedelta:
    """How often this sensor speaks; a quarter of an hour at most, else it cannot be told from its gaps."""
    gaps = [(later.at - before.at) / _MINUTE for before, later in pairwise(line)]
    found = timedelta(minutes=round(median(gaps))) if gaps else usual
    return found if _MINUTE <= found <= timedelta(minutes=15) else usual


def of_coverage(
    expected: Coverage, heard: Sequence[Heard] | None, *, first: datetime | None, since: datetime, now: datetime
) -> Verdict:
    """``heard`` within the period, None where it certainly is enough; ``first``: the earliest reading known.

    A sensor that stopped is another finding, and one that is worn for less than the period none yet.
    """
    start = now - expected.period
    begun = None if first is None else max(first, since)
    if begun is None or begun > start:
        # A sensor that is put on in the meantime says something after a whole period only.
        return Verdict(None, now + UNSTARTED if begun is None else begun + expected.period)
    if not heard:
        return Verdict(None, now + _AGAIN, came=heard is None)
    percent = active(expected, heard, start=start, end=now)
    if percent >= expected.least:
        return Verdict(None, now + _AGAIN)
    text = f"sensor active {plain(round(percent, 1))} % of {expected.period.days} d < {plain(expected.least)} %"
    return Verdict(Absence(Severity.LOW, start, now, text), now + _AGAIN)
