"""Time: cut at midnights without losing any of it, never counted twice."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain import time_entries as rules
from services.monitoring.domain.time_entries import Month, Spent
from shared.kit.problems import Problem
from shared.kit.zones import local_day
from shared.vocabulary import Programme, TimeContact
from tests.support.makers_monitoring import local

NEW_YORK = "America/New_York"
ZONES = (NEW_YORK, "America/Havana", "America/Santiago", "Asia/Beirut", "Pacific/Chatham", "Asia/Kathmandu", "UTC")
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 400 * 86_400).map(lambda seconds: MARCH + timedelta(seconds=seconds))
LENGTHS = st.integers(1, 12 * 3600).map(lambda seconds: timedelta(seconds=seconds))
STRETCHES = st.tuples(INSTANTS, LENGTHS).map(lambda drawn: (drawn[0], drawn[0] + drawn[1]))


def spent(
    start: str,
    end: str,
    programme: Programme = Programme.RPM,
    contact: TimeContact = TimeContact.NONE,
) -> Spent:
    return Spent(uuid4(), programme, local(start), local(end), contact)


@given(STRETCHES, st.sampled_from(ZONES))
def test_cutting_loses_nothing_and_each_piece_lies_on_its_day(stretch: tuple[datetime, datetime], zone: str) -> None:
    pieces = rules.split(*stretch, zone)
    assert sum((piece.length for piece in pieces), timedelta(0)) == stretch[1] - stretch[0]
    assert [piece.started_at for piece in pieces[1:]] == [piece.ended_at for piece in pieces[:-1]]
    for piece in pieces:
        last = piece.ended_at - timedelta(microseconds=1)
        assert local_day(piece.started_at, zone) == piece.day == local_day(last, zone)
    assert len({piece.day for piece in pieces}) == len(pieces)


def test_a_call_over_midnight_is_ten_minutes_on_each_of_two_days() -> None:
    pieces = rules.split(local("2026-09-30 23:50"), local("2026-10-01 00:10"), NEW_YORK)
    assert [(str(piece.day), piece.length) for piece in pieces] == [
        ("2026-09-30", timedelta(minutes=10)),
        ("2026-10-01", timedelta(minutes=10)),
    ]
    assert rules.months(local("2026-09-30 23:50"), local("2026-10-01 00:10"), NEW_YORK) == (
        Month(2026, 9),
        Month(2026, 10),
    )
    # The same call is one day for a practice in Los Angeles.
    assert rules.months(local("2026-09-30 23:50"), local("2026-10-01 00:10"), "America/Los_Angeles") == (
        Month(2026, 9),
    )


@given(st.lists(st.tuples(STRETCHES, st.sampled_from([Programme.RPM, Programme.CCM])), max_size=12))
def test_in_whatever_order_entries_come_no_minute_counts_twice(
    drawn: list[tuple[tuple[datetime, datetime], Programme]],
) -> None:
    kept: list[Spent] = []
    for (start, end), programme in drawn:
        # Folded into one day, so that most of them touch.
        begun = MARCH + (start - MARCH) % timedelta(hours=6)
        new = Spent(uuid4(), programme, begun, begun + (end - start) / 4)
        refused = any(other.started_at < new.ended_at and new.started_at < other.ended_at for other in kept)
        if refused:
            with pytest.raises(rules.TimeOverlap):
                rules.check(new, kept, NEW_YORK)
        else:
            rules.check(new, kept, NEW_YORK)
            kept.append(new)
    edges = sorted({edge for each in kept for edge in (each.started_at, each.ended_at)})
    for start, end in pairwise(edges):
        assert sum(each.started_at <= start and end <= each.ended_at for each in kept) <= 1
    whole = rules.total(kept, MARCH - timedelta(days=1), MARCH + timedelta(days=2))
    assert whole == sum((each.length for each in kept), timedelta(0))


@given(st.lists(STRETCHES, max_size=6), st.sampled_from(ZONES))
def test_the_months_add_up_to_the_whole(stretches: list[tuple[datetime, datetime]], zone: str) -> None:
    entries = [Spent(uuid4(), Programme.CCM, *stretch) for stretch in stretches]
    touched = {month for each in entries for month in rules.months(each.started_at, each.ended_at, zone)}
    by_month = sum((rules.total(entries, *month.bounds(zone)) for month in touched), timedelta(0))
    assert by_month == sum((each.length for each in entries), timedelta(0))


def test_an_entry_that_begins_when_another_ends_does_not_touch_it() -> None:
    first = spent("2026-09-10 10:00", "2026-09-10 10:14")
    rules.check(spent("2026-09-10 10:14", "2026-09-10 10:20", Programme.CCM), [first], NEW_YORK)
    with pytest.raises(rules.TimeOverlap) as refused:
        rules.check(spent("2026-09-10 10:13", "2026-09-10 10:20", Programme.CCM), [first], NEW_YORK)
    assert refused.value.extra["entry_id"] == str(first.id)


def test_rpm_and_rtm_share_no_month_of_the_practice() -> None:
    rpm = spent("2026-09-10 10:00", "2026-09-10 10:14")
    for start, end in (("2026-08-31 23:30", "2026-09-01 00:00"), ("2026-10-01 00:00", "2026-10-01 00:30")):
        rules.check(spent(start, end, Programme.RTM), [rpm], NEW_YORK)
    for start, end in (("2026-08-31 23:50", "2026-09-01 00:01"), ("2026-09-30 23:30", "2026-10-01 00:00")):
        with pytest.raises(rules.NotTogether):
            rules.check(spent(start, end, Programme.RTM), [rpm], NEW_YORK)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (spent("2026-09-10 10:00", "2026-09-10 10:00"), "time-entry.times"),
        (spent("2026-09-10 10:00", "2026-09-10 09:00"), "time-entry.times"),
        (spent("2026-09-10 11:50", "2026-09-10 12:01"), "time-entry.times"),
        (spent("2026-09-09 10:00", "2026-09-09 22:01"), "time-entry.times"),
        (spent("2026-09-10 10:00", "2026-09-10 10:20", Programme.CCM, TimeContact.VISIT), "time-entry.visit-time"),
    ],
)
def test_time_that_cannot_be_is_refused(entry: Spent, code: str) -> None:
    with pytest.raises(Problem) as refused:
        rules.check_alone(entry, local("2026-09-10 12:00"))
    assert refused.value.code == code


def test_time_that_can_be_is_not() -> None:
    now = local("2026-09-10 12:00")
    rules.check_alone(spent("2026-09-10 00:00", "2026-09-10 12:00"), now)
    rules.check_alone(spent("2026-09-10 10:00", "2026-09-10 10:20", Programme.RPM, TimeContact.VISIT), now)
