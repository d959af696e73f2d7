"""Putting intervals together loses no instant and adds none."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.absences import Interval, expected_time, merged

START = datetime(2026, 9, 1, tzinfo=UTC)


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


spans = st.builds(
    lambda first, length: Interval(hour(first), None if length is None else hour(first + length)),
    st.integers(0, 40),
    st.one_of(st.none(), st.integers(-2, 12)),
)


@given(st.lists(spans, max_size=8), st.integers(0, 60))
def test_an_instant_is_inside_after_merging_exactly_when_it_was_before(known: list[Interval], at: int) -> None:
    together = merged(known)
    assert any(each.holds(hour(at)) for each in together) == any(each.holds(hour(at)) for each in known)
    for one, two in pairwise(together):
        assert one.end is not None
        assert one.end < two.start
    assert merged(together) == together
    assert merged(reversed(known)) == together


@given(st.lists(spans, max_size=8), st.integers(0, 60), st.integers(0, 30))
def test_expected_time_is_what_lies_outside(known: list[Interval], first: int, length: int) -> None:
    outside = sum(not any(each.holds(hour(at)) for each in known) for at in range(first, first + length))
    assert expected_time(known, hour(first), hour(first + length)) == timedelta(hours=outside)
