"""Clocks are data: when one starts, by which rule it is due, in which calendar, and what stopped it (clinical §2).

A rule is ``+48h`` (elapsed), ``+7d`` (local calendar days), ``+2bd`` (business days) or ``D`` (the starting day);
those counted in days are due at the end of the day. Instants are UTC; days are local to the calendar's zone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from services.coordination.domain.clock_words import explain
from shared.kit.calendar import Calendar
from shared.kit.problems import Problem
from shared.vocabulary import ClockKind, ClockState, OffHours

_RULE = re.compile(r"^(?:D|\+(?P<count>\d{1,4})(?P<unit>h|d|bd))$")
_NO_GRACE = timedelta(0)


class ClockRuleUnknown(Problem):
    """A clock's rule is none of ``D``, ``+nh``, ``+nd``, ``+nbd``."""

    code = "clock.rule-unknown"
    title = "This is no clock rule"


class ClockOutOfReach(Problem):
    """The due instant lies beyond the calendar: after the year 9999, or no day counts within ten years."""

    code = "clock.out-of-reach"
    title = "The clock is due beyond any calendar"


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule; unit ``h``, ``d`` or ``bd``. ``D`` is ``+0d``."""

    text: str
    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Raises:
        ClockRuleUnknown: the text is none of ``D``, ``+nh``, ``+nd``, ``+nbd``.
        """
        match = _RULE.match(text)
        if match is None:
            raise ClockRuleUnknown(f"{text!r} is no clock rule. Write D, +48h, +7d or +2bd.")
        return cls(text, int(match["count"] or 0), match["unit"] or "d")


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock before it starts, as a pathway writes it.

    ``by_law`` counts business days without the site's closures: practice hours do not matter to a programme.
    ``grace`` is added before lateness is judged; it does not move the due instant.
    """

    key: str
    kind: ClockKind
    rule: str
    opens: str | None = None
    by_law: bool = False
    grace: timedelta = _NO_GRACE


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval in which the clock stands still; open-ended while ``until`` is None."""

    since: datetime
    until: datetime | None
    reason: str

    def covers(self, instant: datetime) -> bool:
        """Whether the clock stands still at an instant."""
        return self.since <= instant and (self.until is None or instant < self.until)


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock. ``due_at`` is None while an open-ended pause holds it.

    ``due_on`` is the local day of a clock counted in days. ``on_call`` names the weekend or holiday on which the due
    instant falls, for work that then belongs to the on-call list. ``off_hours`` is the practice's setting of when the
    clock was started: see :mod:`services.coordination.domain.off_hours`.
    """

    key: str
    kind: ClockKind
    rule: str
    start_at: datetime
    zone: str
    calendar: str
    due_at: datetime | None
    due_on: date | None
    opens_at: datetime | None
    explanation: str
    on_call: str | None = None
    by_law: bool = False
    opens: str | None = None
    grace: timedelta = _NO_GRACE
    pauses: tuple[Pause, ...] = ()
    met_at: datetime | None = None
    met_how: str | None = None
    off_hours: OffHours = OffHours.ON_CALL

    def state(self, now: datetime) -> ClockState:
        """How the clock stands at ``now``; on-time is judged by when the work was done."""
        limit = self.limit
        if self.met_at is not None:
            return ClockState.MET if limit is None or self.met_at <= limit else ClockState.MET_LATE
        # A pause moves the limit of a clock it meets in time; one that begins after the limit excuses nothing.
        if limit is not None and now > limit:
            return ClockState.BREACHED
        held = limit is None or any(pause.covers(now) for pause in self.pauses)
        return ClockState.PAUSED if held else ClockState.OPEN

    @property
    def limit(self) -> datetime | None:
        """The last instant that is still on time: due plus grace."""
        return None if self.due_at is None else self.due_at + self.grace

    @property
    def template(self) -> ClockRule:
        """What the clock was started from."""
        return ClockRule(self.key, self.kind, self.rule, self.opens, self.by_law, self.grace)

    def met(self, done_at: datetime, how: str) -> "Clock":
        """The clock stopped by work done at ``done_at``; the earliest work counts."""
        if self.met_at is not None and self.met_at <= done_at:
            return self
        return replace(self, met_at=done_at, met_how=how)

    def running(self) -> "Clock":
        """The clock as if nothing had stopped it: its need is open again."""
        return replace(self, met_at=None, met_how=None)


def start(rule: ClockRule, at: datetime, calendar: Calendar, pauses: tuple[Pause, ...] = ()) -> Clock:
    """Start a clock at an instant.

    Raises:
        ClockRuleUnknown: the rule's text is not one.
        ClockOutOfReach: it would be due beyond the calendar.
    """
    try:
        return _started(rule, at, calendar, pauses)
    except (OverflowError, ValueError) as error:
        raise ClockOutOfReach(f"{rule.rule} from {at:%Y-%m-%d} leads too far. Give a shorter rule.") from error


def _started(rule: ClockRule, at: datetime, calendar: Calendar, pauses: tuple[Pause, ...]) -> Clock:
    # In UTC, because Python adds hours to a local time by the wall clock, across a change of it too.
    at = at.astimezone(UTC)
    days = calendar.without_closures() if rule.by_law else calendar
    parsed = Rule.parse(rule.rule)
    off_hours = calendar.off_hours if rule.kind is ClockKind.CLINICAL else OffHours.ON_CALL
    why = [(one.since, one.reason) for one in pauses]
    due_at, due_on = _due(parsed, at, days, pauses)
    opens_at = None if rule.opens is None else _opening(Rule.parse(rule.opens), at, days)
    return Clock(
        key=rule.key,
        kind=rule.kind,
        rule=rule.rule,
        start_at=at,
        zone=days.zone,
        calendar=days.holidays,
        due_at=due_at,
        due_on=due_on,
        opens_at=opens_at,
        explanation=explain(parsed.count, parsed.unit, at, due_at, replace(days, off_hours=off_hours), why),
        on_call=None if due_at is None else days.why_not(days.day_of(due_at)),
        by_law=rule.by_law,
        opens=rule.opens,
        grace=rule.grace,
        pauses=pauses,
        off_hours=off_hours,
    )


def paused(clock: Clock, pauses: tuple[Pause, ...], calendar: Calendar) -> Clock:
    """The same clock with other pauses: its due instant is computed anew, what stopped it stays."""
    again = start(clock.template, clock.start_at, own_days(clock, calendar), pauses)
    return replace(again, met_at=clock.met_at, met_how=clock.met_how)


def own_days(clock: Clock, calendar: Calendar) -> Calendar:
    """The days by which a clock was started."""
    return replace(calendar, zone=clock.zone, holidays=clock.calendar, off_hours=clock.off_hours)


def strictest(clocks: Iterable[Clock]) -> tuple[Clock, ...]:
    """One clock per key: the one due first; in key order, whatever order they came in."""
    best: dict[str, Clock] = {}
    for clock in clocks:
        other = best.get(clock.key)
        best[clock.key] = clock if other is None else min(other, clock, key=_strictness)
    return tuple(best[key] for key in sorted(best))


def next_due(clocks: Iterable[Clock]) -> datetime | None:
    """The due instant that drives the worklist: the earliest of the clocks nothing has stopped."""
    return min((c.due_at for c in clocks if c.met_at is None and c.due_at is not None), default=None)


def _strictness(clock: Clock) -> tuple[bool, datetime, datetime, str, str]:
    due = clock.due_at
    return (due is None, due or clock.start_at, clock.start_at, clock.rule, clock.explanation)


def _due(
    rule: Rule, at: datetime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> tuple[datetime | None, date | None]:
    if any(pause.until is None for pause in pauses):
        return None, None
    if rule.unit == "h":
        return _elapsed(at, timedelta(hours=rule.count), pauses), None

    def counts(day: date) -> bool:
        if rule.unit == "bd" and not calendar.is_business_day(day):
            return False
        return not pauses or not any(pause.covers(calendar.end_of(day)) for pause in pauses)

    plain = rule.unit == "d" and not pauses
    day = calendar.add_days(calendar.day_of(at), rule.count, None if plain else counts)
    return calendar.end_of(day), day


def _elapsed(at: datetime, length: timedelta, pauses: tuple[Pause, ...]) -> datetime:
    due, reached = at + length, at
    for pause in sorted(pauses, key=lambda p: p.since):
        since, until = max(pause.since, reached), pause.until or due
        if since < due and until > since:
            due += until - since
            reached = until
    return due


def _opening(rule: Rule, at: datetime, calendar: Calendar) -> datetime:
    if rule.unit == "h":
        return at + timedelta(hours=rule.count)
    counts = calendar.is_business_day if rule.unit == "bd" else None
    return calendar.start_of(calendar.add_days(calendar.day_of(at), rule.count, counts))
