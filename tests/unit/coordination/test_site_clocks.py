"""Clocks by a site's own days against a naive walker: every time zone, changes of clocks, leap days, other holidays."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import holidays
from hypothesis import example, given
from hypothesis import strategies as st

from services.coordination.domain.clocks import ClockRule, Pause, paused, start
from shared.kit.calendar import Calendar
from shared.vocabulary import ClockKind

QUARTER, TICK = timedelta(minutes=15), timedelta(microseconds=1)
# From 2012 on every zone's offset is a whole number of quarters of an hour, and no day is skipped.
ZONES = sorted(name for name in available_timezones() if name not in ("Factory", "localtime"))
FIRST = datetime(2012, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 25 * 365 * 24 * 4).map(lambda quarters: FIRST + quarters * QUARTER)
BOOKS = {"US-federal": ("US", None), "DE": ("DE", None), "DE-BY": ("DE", "BY"), "GB": ("GB", None), "IN": ("IN", None)}
CLOSED = st.frozensets(st.integers(0, 30), max_size=6)
RULES = st.tuples(st.sampled_from(["d", "bd"]), st.integers(0, 12))


@lru_cache
def days_off(book: str) -> holidays.HolidayBase:
    country, subdivision = BOOKS[book]
    return holidays.country_holidays(country, subdiv=subdivision)


@lru_cache(maxsize=100_000)
def last_tick(day: date, zone: str) -> datetime:
    """The end of a local day, found by walking: the last instant before the wall first shows a later day."""
    at, wall = datetime(day.year, day.month, day.day, 9, tzinfo=UTC), ZoneInfo(zone)
    for step in (timedelta(hours=2), QUARTER):
        while at.astimezone(wall).date() <= day:
            at += step
        at -= step
    return at + QUARTER - TICK


def walked(at: datetime, rule: tuple[str, int], zone: str, book: str, closed: frozenset[date], away: object) -> date:
    """The day a rule is due on, one day at a time."""
    unit, left = rule
    day, off = at.astimezone(ZoneInfo(zone)).date(), days_off(book)

    def counts(day: date) -> bool:
        working = day.weekday() < 5 and day not in off and day not in closed
        present = not isinstance(away, Pause) or not away.since <= last_tick(day, zone) < (away.until or at)
        return (working or unit == "d") and present

    if not left and (unit == "bd" or isinstance(away, Pause)):
        while not counts(day):
            day += timedelta(days=1)
    while left:
        day += timedelta(days=1)
        left -= counts(day)
    return day


@given(INSTANTS, RULES, st.sampled_from(ZONES), st.sampled_from(sorted(BOOKS)), CLOSED)
@example(datetime(2028, 2, 28, 20, 0, tzinfo=UTC), ("d", 1), "Pacific/Kiritimati", "DE", frozenset())
@example(datetime(2026, 3, 8, 4, 30, tzinfo=UTC), ("bd", 1), "America/Havana", "US-federal", frozenset())
@example(datetime(2026, 9, 5, 3, 45, tzinfo=UTC), ("d", 0), "America/Santiago", "GB", frozenset({0}))
def test_a_sites_clock_is_due_where_a_walker_arrives(
    at: datetime, rule: tuple[str, int], zone: str, book: str, closed: frozenset[int]
) -> None:
    shut = frozenset(at.date() + timedelta(days=after) for after in closed)
    calendar = Calendar(zone, book, shut, "Main Street")
    asked = ClockRule("k", ClockKind.CLINICAL, f"+{rule[1]}{rule[0]}")
    found = start(asked, at, calendar)
    day = walked(at, rule, zone, book, shut, None)
    assert (found.due_on, found.due_at) == (day, last_tick(day, zone))
    assert (found.zone, found.calendar) == (zone, book)
    assert f"({zone}, calendar of Main Street)" in found.explanation
    # A programme's clock knows the site's days and none of its closures.
    law = start(ClockRule("k", ClockKind.PROGRAMME, asked.rule, by_law=True), at, calendar)
    assert law.due_on == walked(at, rule, zone, book, frozenset(), None)


@given(INSTANTS, RULES, st.sampled_from(ZONES), CLOSED, st.integers(0, 10), st.integers(1, 12))
def test_a_pause_of_a_sites_clock_takes_out_the_days_a_walker_leaves_out(
    at: datetime, rule: tuple[str, int], zone: str, closed: frozenset[int], after: int, length: int
) -> None:
    shut = frozenset(at.date() + timedelta(days=one) for one in closed)
    calendar = Calendar(zone, "DE-BY", shut, "Main Street")
    since = at + timedelta(days=after)
    away = Pause(since, since + timedelta(days=length), "in hospital")
    asked = ClockRule("k", ClockKind.CLINICAL, f"+{rule[1]}{rule[0]}")
    found = paused(start(asked, at, calendar), (away,), calendar)
    assert found.due_on == walked(at, rule, zone, "DE-BY", shut, away)


def test_every_zone_ends_its_days_where_its_wall_does() -> None:
    """Around the changes of the clock of two years, a leap day, and the turn of a year."""
    wrong = []
    for zone in ZONES:
        calendar = Calendar(zone)
        for day in {date(2028, 2, 29), date(2027, 12, 31)} | changes(zone):
            same = calendar.end_of(day) == last_tick(day, zone)
            wrong += [] if same else [(zone, day)]
    assert wrong == []
    assert len(ZONES) > 400


def changes(zone: str) -> set[date]:
    """The days of 2026 and 2027 on which a zone's offset changes, with those beside them."""
    wall, found = ZoneInfo(zone), set[date]()
    noons = [datetime(2026, 1, 1, 12, tzinfo=wall) + timedelta(days=count) for count in range(0, 732, 4)]
    for before, after in pairwise(noons):
        if before.utcoffset() != after.utcoffset():
            found |= {before.date() + timedelta(days=beside) for beside in range(6)}
    return found
