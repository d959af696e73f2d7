"""Calendar months end where they end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kit.months import add_months, months_after


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 5, 18), 3, date(2026, 8, 18)),
        (date(2026, 8, 30), -6, date(2026, 2, 28)),
        (date(2026, 1, 31), -12, date(2025, 1, 31)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
    ],
)
def test_the_day_is_kept_or_the_month_is_over(day: date, count: int, found: date) -> None:
    assert add_months(day, count) == found


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.integers(-240, 240))
def test_the_month_is_the_one_asked_for_and_the_day_never_later(day: date, count: int) -> None:
    found = add_months(day, count)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == count
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


def test_the_time_of_day_is_kept() -> None:
    assert months_after(datetime(2026, 8, 31, 23, 59, tzinfo=UTC), 6) == datetime(2027, 2, 28, 23, 59, tzinfo=UTC)
    assert months_after(datetime(2026, 1, 5, 7, tzinfo=UTC), 12) == datetime(2027, 1, 5, 7, tzinfo=UTC)
