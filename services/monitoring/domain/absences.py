"""When nothing is expected of a patient: pauses and hospital stays, put together into intervals without overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.kit.problems import Problem


class PauseRefused(Problem):
    """A pause that is over before it begins would end the expectation of nothing."""

    code = "enrollment.pause-refused"
    title = "This pause cannot be made"


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From ``start`` until before ``end`` (both aware); without ``end`` it still lasts."""

    start: datetime
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies inside."""
        return self.start <= at and (self.end is None or at < self.end)


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same instants as intervals in order that neither overlap nor touch; empty ones are left out."""
    found: list[Interval] = []
    for each in sorted(intervals, key=lambda interval: interval.start):
        if each.end is not None and each.end <= each.start:
            continue
        last = found[-1] if found else None
        if last is None or (last.end is not None and last.end < each.start):
            found.append(each)
        elif last.end is not None and (each.end is None or each.end > last.end):
            found[-1] = Interval(last.start, each.end)
    return tuple(found)


def outside(intervals: Iterable[Interval], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """What of the time from ``start`` to before ``end`` lies outside the intervals, in order."""
    found: list[tuple[datetime, datetime]] = []
    begun = start
    for each in merged(intervals):
        if begun < min(each.start, end):
            found.append((begun, min(each.start, end)))
        begun = max(begun, end if each.end is None else each.end)
    return [*found, (begun, end)] if begun < end else found


def expected_time(intervals: Iterable[Interval], start: datetime, end: datetime) -> timedelta:
    """How much of the time from ``start`` to ``end`` readings were expected in: what lies outside the intervals."""
    return sum((until - since for since, until in outside(intervals, start, end)), timedelta(0))
