"""Business days and local days, against a walker that counts one day at a time (F21, F22)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kit.calendar import Calendar, UnknownCalendar, known_calendar

NEW_YORK = Calendar("America/New_York")
ZONES = (
    "America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/St_Johns", "Europe/London", "Asia/Kolkata",
    "Australia/Lord_Howe", "America/Santiago", "America/Havana", "Asia/Beirut", "Pacific/Apia", "UTC",
)  # fmt: skip
DAYS = st.dates(date(2005, 1, 1), date(2037, 12, 31))
CLOSED = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20)

# 5 U.S.C. 6103 by rule, written out without the library.
FIXED = {(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}
MONDAYS = {(1, 3), (2, 3), (9, 1), (10, 2)}


def is_federal_holiday(day: date) -> bool:
    """The eleven holidays and their observed days; Juneteenth since 2021."""
    for actual in (day, day - timedelta(days=1), day + timedelta(days=1)):
        moved = {5: -1, 6: 1}.get(actual.weekday(), 0)
        fixed = (actual.month, actual.day) in FIXED and ((actual.month, actual.day) != (6, 19) or actual.year >= 2021)
        if fixed and day in (actual, actual + timedelta(days=moved)):
            return True
    nth = (day.day - 1) // 7 + 1
    last_monday = day.month == 5 and day.weekday() == 0 and day.day > 24
    return (
        last_monday
        or (day.weekday() == 0 and (day.month, nth) in MONDAYS)
        or (day.month == 11 and day.weekday() == 3 and nth == 4)
    )


def walk(day: date, count: int, closures: frozenset[date]) -> date:
    """The count-th business day after a day, one step at a time."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5 and not is_federal_holiday(day) and day not in closures:
            count -= 1
    return day


@given(DAYS, st.integers(1, 30), CLOSED)
def test_business_days_are_those_a_walker_counts(day: date, count: int, closures: frozenset[date]) -> None:
    assert Calendar("UTC", closures=closures).add_business_days(day, count) == walk(day, count, closures)


@given(DAYS, st.integers(1, 10), st.integers(1, 10))
def test_business_days_add_up(day: date, some: int, more: int) -> None:
    once = NEW_YORK.add_business_days(day, some + more)
    assert NEW_YORK.add_business_days(NEW_YORK.add_business_days(day, some), more) == once


@given(st.sampled_from(ZONES), DAYS)
def test_a_day_ends_with_the_last_instant_that_is_still_that_day(zone: str, day: date) -> None:
    calendar, wall = Calendar(zone), ZoneInfo(zone)
    end = calendar.end_of(day)
    after = end + timedelta(microseconds=1)
    # Samoa had no 30 December 2011: a day that never was ends where the next begins.
    assert end.astimezone(wall).date() <= day
    assert after.astimezone(wall).date() > day
    assert calendar.start_of(day + timedelta(days=1)) == after


@given(st.sampled_from(ZONES), st.integers(0, 32 * 365 * 24 * 60))
def test_the_local_day_is_the_one_on_the_wall(zone: str, minutes: int) -> None:
    instant = datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    day = Calendar(zone).day_of(instant)
    assert Calendar(zone).start_of(day) <= instant <= Calendar(zone).end_of(day)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 7, 4), 24)],
)
def test_days_of_23_and_25_hours(day: date, hours: int) -> None:
    length = NEW_YORK.end_of(day) - NEW_YORK.start_of(day) + timedelta(microseconds=1)
    assert length == timedelta(hours=hours)


def test_leap_days_count() -> None:
    assert NEW_YORK.add_business_days(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert NEW_YORK.add_days(date(2028, 2, 28), 2) == date(2028, 3, 1)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 9, 7), "Labor Day"),
        (date(2026, 9, 5), "weekend"),
        (date(2026, 7, 3), "Independence Day (observed)"),
        (date(2021, 12, 31), "New Year's Day (observed)"),
        (date(2026, 9, 8), None),
        (date(2026, 11, 27), None),
        (date(2025, 12, 24), None),
        (date(2007, 1, 2), None),
    ],
)
def test_each_day_that_does_not_count_says_why(day: date, why: str | None) -> None:
    assert NEW_YORK.why_not(day) == why


def test_other_countries_have_their_own_holidays() -> None:
    assert Calendar("Europe/Berlin", "DE").is_business_day(date(2026, 9, 7))
    assert not Calendar("Europe/Berlin", "DE-BY").is_business_day(date(2026, 1, 6))
    assert Calendar("Europe/Berlin", "DE").is_business_day(date(2026, 1, 6))


@pytest.mark.parametrize("name", ["Atlantis", "DE-XX", ""])
def test_a_calendar_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(UnknownCalendar):
        known_calendar(name)
