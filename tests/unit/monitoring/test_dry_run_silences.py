"""Silences of a dry run are those which judging at every moment of the period would have found (clinical §1.11)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.dry_run_silences import Case, Circumstance, Stretch, silences, watched
from services.monitoring.domain.dry_runs import Spell
from services.monitoring.domain.in_force import ALWAYS
from services.monitoring.domain.missing import of_stream
from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.silence import Stream, Waits
from shared.vocabulary import Metric, RiskTier, Severity
from tests.support.makers_monitoring import local

ZONE = "America/New_York"
START = local("2026-10-25 00:00").astimezone(UTC)  # the clocks go back on 1 November
STOP = START + timedelta(days=14)
HOUR = timedelta(hours=1)
PERIOD = Stretch(START, STOP)
WEIGHT = Metric.BODY_WEIGHT
EVERYBODY = (Circumstance(ALWAYS, frozenset(), RiskTier.STABLE),)
BASE = LATEST["heart-failure"]
# Odd minutes, so that nothing comes or ends at the very moment at which somebody looks.
MINUTES = st.integers(-60 * 24 * 5, 60 * 24 * 14 - 1).map(lambda each: START + timedelta(minutes=each, seconds=30))
HEARD = st.lists(MINUTES, max_size=12).map(sorted)
ABSENCES = st.lists(st.tuples(MINUTES, st.none() | MINUTES), max_size=3).map(
    lambda found: [(one, None if other is None else max(one, other)) for one, other in found]
)


def stream(low: int, moderate: int, **more: object) -> Stream:
    hours = Waits(timedelta(hours=low), timedelta(hours=max(low, moderate)))
    return replace(
        Stream(key="SILENCE", title="", metrics=(WEIGHT,), waits=hours, source=""),
        **more,  # type: ignore[arg-type]
    )


STREAMS = st.builds(stream, st.integers(12, 90), st.integers(12, 200), once_started=st.booleans()) | st.builds(
    lambda days, more, by: stream(24 * days, 24 * (days + more), by=time(by)),
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(0, 23),
)


def found(expected: Stream, case: Case, rules: Sequence[Spell] = (), period: Stretch = PERIOD) -> list[Spell]:
    return silences(replace(BASE, expects=(expected,)), case, rules, period)


def case_of(heard: Sequence[datetime], stretches: Sequence[Stretch], own: Waits | None = None) -> Case:
    return Case(ZONE, tuple(stretches), EVERYBODY, {WEIGHT: heard}, {"SILENCE": own} if own is not None else {})


def stands(spells: Sequence[Spell], at: datetime) -> list[Spell]:
    """Of the spells those whose wait was over by then and that had not ended."""
    return [each for each in spells if each.began_at <= at <= each.until]


@given(STREAMS, HEARD, ABSENCES)
def test_at_every_moment_the_same_is_missing_as_when_it_is_judged(
    expected: Stream, heard: list[datetime], away: list[tuple[datetime, datetime | None]]
) -> None:
    begun = START - timedelta(days=6)
    stretches = watched(begun, STOP, away)
    spells = found(expected, case_of(heard, stretches))
    worst: dict[datetime, Severity] = {}
    at = START
    while at < STOP:
        inside = next((each for each in stretches if each.start <= at < each.stop), None)
        last = max((each for each in heard if each <= at), default=None)
        absence = None
        if inside is not None:
            absence = of_stream(expected, since=inside.start, heard=last, now=at, zone=ZONE).absence
        mine = [each for each in stands(spells, at) if absence is not None and each.began_at == absence.since]
        if absence is None:
            waiting = [each for each in stands(spells, at) if expected.step_at(Severity.LOW, each.began_at, ZONE) <= at]
            assert waiting == [], at
        else:
            assert len(mine) == 1, at
            worst[absence.since] = absence.severity
        at += HOUR
    for each in spells:
        assert each.raised_at == expected.step_at(each.severity, each.began_at, ZONE)
        # What lasted for less than the hour between two looks was seen by none.
        if each.began_at in worst and each.severity is not worst[each.began_at]:
            assert each.severity is Severity.MODERATE
            assert each.until - expected.step_at(Severity.MODERATE, each.began_at, ZONE) < HOUR


@given(STREAMS, HEARD, st.integers(12, 90), st.integers(0, 100))
def test_the_patients_own_order_replaces_the_waits(
    expected: Stream, heard: list[datetime], low: int, more: int
) -> None:
    own = Waits(timedelta(hours=low), timedelta(hours=low + more))
    ordered = found(expected, case_of(heard, [Stretch(START, STOP)], own))
    plain = replace(expected, waits=own, by=None)
    assert ordered == found(plain, case_of(heard, [Stretch(START, STOP)]))


@given(STREAMS, HEARD, HEARD)
def test_more_readings_never_make_more_silence(expected: Stream, heard: list[datetime], more: list[datetime]) -> None:
    def silent(times: list[datetime]) -> timedelta:
        case = case_of(sorted([*times, START - HOUR]), [Stretch(START, STOP)])
        ends = [
            each.until - max(START, expected.step_at(Severity.LOW, each.began_at, ZONE))
            for each in found(expected, case)
        ]
        return sum(ends, timedelta(0))

    assert silent(heard + more) <= silent(heard)


@given(ABSENCES)
def test_nobody_is_watched_while_away_and_always_otherwise(away: list[tuple[datetime, datetime | None]]) -> None:
    stretches = watched(START, STOP, away)
    at = START
    while at < STOP:
        gone = any(start <= at and (end is None or at < end) for start, end in away)
        assert any(each.start <= at < each.stop for each in stretches) is not gone, at
        at += HOUR
    assert all(one.stop <= other.start for one, other in pairwise(stretches))


def test_only_of_whom_it_concerns_and_only_then() -> None:
    expected = stream(48, 72, tiers=frozenset({RiskTier.HIGH}), unless=frozenset({"dialysis"}))
    five, eight = START + timedelta(days=5), START + timedelta(days=8)
    circumstances = (
        Circumstance(ALWAYS, frozenset(), RiskTier.STABLE),
        Circumstance(five, frozenset(), RiskTier.HIGH),
        Circumstance(eight, frozenset({"dialysis"}), RiskTier.HIGH),
    )
    case = replace(case_of([], [Stretch(START, STOP)]), circumstances=circumstances)
    (one,) = found(expected, case)
    assert (one.severity, one.began_at) == (Severity.MODERATE, START)
    assert one.until == eight - timedelta.resolution


def test_what_hangs_on_alerts_is_asked_for_from_their_beginning_until_long_enough_after_them() -> None:
    expected = stream(24, 48, during=frozenset({"ZONE"}), lingers=timedelta(days=7))
    case = case_of([], [Stretch(START, STOP)])
    yellow = START + timedelta(days=1)
    assert found(expected, case) == []
    assert found(expected, case, [Spell("OTHER", Severity.HIGH, yellow, yellow, yellow)]) == []
    (green,) = found(expected, case, [Spell("ZONE", Severity.MODERATE, yellow, yellow, yellow + HOUR)])
    assert (green.began_at, green.until) == (yellow, yellow + HOUR + timedelta(days=7) - timedelta.resolution)
    (still,) = found(expected, case, [Spell("ZONE", Severity.MODERATE, yellow, yellow, yellow, lasts=True)])
    assert still.until == STOP - timedelta.resolution
