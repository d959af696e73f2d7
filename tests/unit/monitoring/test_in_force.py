"""What was in force over a month, against a look at every hour of it."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.in_force import Moved, history, in_words, over
from tests.support.makers_monitoring import local

START = local("2026-09-01 00:00")
STOP = local("2026-10-01 00:00")
HOUR = timedelta(hours=1)
TIERS = st.sampled_from(["high", "rising", "stable"])
CHANGES = st.lists(st.tuples(st.integers(-200, 1000), TIERS), max_size=8)


def moved(first: str, changes: list[tuple[int, str]]) -> tuple[list[Moved], str]:
    """The changes in order, and what stands after them."""
    value, moves = first, []
    for hours, after in sorted(changes, key=lambda each: each[0]):
        moves.append(Moved(START + hours * HOUR, value, after))
        value = after
    return moves, value


@given(TIERS, CHANGES)
def test_every_hour_finds_the_value_of_then(first: str, changes: list[tuple[int, str]]) -> None:
    moves, now = moved(first, changes)
    found = over(history(moves, now), START, STOP)
    assert found[0][0] == START
    assert all(START < at < STOP for at, _ in found[1:])
    assert all(one[1] != other[1] and one[0] < other[0] for one, other in pairwise(found))
    at = START
    while at < STOP:
        then = next((each.after for each in reversed(moves) if each.at <= at), first)
        assert [value for since, value in found if since <= at][-1] == then, at
        at += HOUR


@given(TIERS, CHANGES, st.lists(st.tuples(st.integers(721, 2000), TIERS), max_size=4))
def test_what_comes_after_the_month_changes_nothing_of_it(
    first: str, changes: list[tuple[int, str]], later: list[tuple[int, str]]
) -> None:
    within = [each for each in changes if each[0] < 720]
    before, after = moved(first, within), moved(first, within + later)
    assert over(history(*before), START, STOP) == over(history(*after), START, STOP)


def test_nothing_is_in_force_in_a_span_without_length() -> None:
    assert over(history([], "high"), STOP, STOP) == over(history([], "high"), STOP, START) == []


def test_in_words_by_the_days_of_the_practice() -> None:
    at: datetime = local("2026-09-12 23:30")
    assert in_words([(START, "rising"), (at, "high")], "America/New_York") == "rising, high from 2026-09-12"
    assert in_words([(START, "rising"), (at, "high")], "UTC") == "rising, high from 2026-09-13"
