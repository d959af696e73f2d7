"""Events: alerts of different enrollments that share a reading, and what a third one joins."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.events import Seen, events
from services.monitoring.domain.readings import ReadingKey
from shared.vocabulary import Metric, Severity

START = datetime(2026, 9, 1, tzinfo=UTC)


def key(number: int) -> ReadingKey:
    return ReadingKey(START + timedelta(hours=number), Metric.BODY_WEIGHT, "home")


def seen(number: int, enrollment: int, severity: Severity, readings: list[int]) -> Seen:
    return Seen(
        UUID(int=number), UUID(int=100 + enrollment), severity, START, frozenset(key(each) for each in readings)
    )


def ids(found: list[tuple[Seen, ...]]) -> list[list[int]]:
    return [[each.alert_id.int for each in event] for event in found]


def test_the_most_serious_leads() -> None:
    one, two = seen(1, 1, Severity.MODERATE, [1, 2]), seen(2, 2, Severity.HIGH, [2])
    assert ids(events([one, two])) == [[2, 1]]


def test_of_one_enrollment_or_without_a_common_reading_they_stay_apart() -> None:
    assert ids(events([seen(1, 1, Severity.LOW, [1]), seen(2, 1, Severity.LOW, [1])])) == [[1], [2]]
    assert ids(events([seen(1, 1, Severity.LOW, [1]), seen(2, 2, Severity.LOW, [2])])) == [[1], [2]]


def test_a_third_joins_two() -> None:
    one, two = seen(1, 1, Severity.LOW, [1]), seen(2, 1, Severity.LOW, [2])
    assert ids(events([one, two, seen(3, 2, Severity.LOW, [1, 2])])) == [[1, 2, 3]]


alerts = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(list(Severity)), st.lists(st.integers(0, 5), min_size=1, max_size=3)),
    max_size=7,
)


@given(alerts, st.randoms(use_true_random=False))
def test_every_alert_is_in_one_event_whatever_the_order(
    made: list[tuple[int, Severity, list[int]]], chance: Random
) -> None:
    known = [seen(number, *each) for number, each in enumerate(made)]
    shuffled = list(known)
    chance.shuffle(shuffled)
    found = events(known)
    assert sorted(each.alert_id.int for event in found for each in event) == list(range(len(known)))
    assert events(shuffled) == found


def test_the_same_thing_missing_under_two_protocols_is_one_event() -> None:
    def absent(number: int, enrollment: int, missing: str) -> Seen:
        return Seen(UUID(int=number), UUID(int=100 + enrollment), Severity.LOW, START, frozenset(), missing)

    one, two, other = absent(1, 1, "SILENCE-BP"), absent(2, 2, "SILENCE-BP"), absent(3, 2, "OVERDUE-KIDNEY")
    assert ids(events([one, two, other])) == [[1, 2], [3]]
    assert ids(events([one, absent(4, 1, "SILENCE-BP")])) == [[1], [4]], "of one enrollment they stay apart"
