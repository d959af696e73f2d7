"""Instants out of microseconds are exact, before 1970 as after."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.kit.clock import instants

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@given(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))))  # noqa: DTZ001
def test_microseconds_become_the_instants_they_count(line: list[datetime]) -> None:
    assert instants((each - EPOCH) // MICROSECOND for each in line) == line
