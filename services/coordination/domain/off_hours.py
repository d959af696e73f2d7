"""Clinical clocks that are due on a day off: for whoever is on call, or moved as the practice has it (clinical §2)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.coordination.domain.clock_words import kept_on_call, moved_to
from services.coordination.domain.clocks import Clock, own_days
from shared.kit.calendar import Calendar
from shared.vocabulary import ClockKind, OffHours


def deferred(clocks: tuple[Clock, ...], calendar: Calendar) -> tuple[Clock, ...]:
    """A need's clocks, with clinical ones that are due on a day off moved to the end of the next business day where the
    practice wants that, never past a clock of the programme (clinical §2)."""
    programme = [one.due_at for one in clocks if one.kind is ClockKind.PROGRAMME and one.due_at is not None]
    return tuple(_deferred(clock, min(programme, default=None), calendar) for clock in clocks)


def _deferred(clock: Clock, limit: datetime | None, calendar: Calendar) -> Clock:
    due = clock.due_at
    if clock.off_hours is OffHours.ON_CALL or clock.on_call is None or due is None:
        return clock
    days = own_days(clock, calendar)
    moved = days.end_of(days.add_days(days.day_of(due), 0, days.is_business_day))
    last = moved if limit is None else min(moved, limit)
    if last <= due:
        return replace(clock, explanation=f"{clock.explanation}; {kept_on_call()}")
    day = days.day_of(last)
    said = f"{clock.explanation}; {moved_to(last, days, capped=last < moved)}"
    due_on = day if last == days.end_of(day) else None
    return replace(clock, due_at=last, due_on=due_on, on_call=days.why_not(day), explanation=said)


def outside_hours(clocks: Iterable[Clock]) -> str | None:
    """Why work is for the on-call list: the day off on which the next clinical clock is due; None in hours."""
    running = [
        (one.due_at, one.key, one.on_call)
        for one in clocks
        if one.kind is ClockKind.CLINICAL and one.met_at is None and one.due_at is not None
    ]
    return min(running, key=lambda one: one[:2])[2] if running else None
