"""Check-ins that were not held, sensors that are hardly worn, and kidney tests by the grid."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.attendance import (
    CHECK_IN,
    Conversation,
    Coverage,
    Due,
    Heard,
    active,
    of_conversation,
    of_coverage,
)
from services.monitoring.domain.kidney import KidneyTests, albumin_stage, filtration_stage
from services.monitoring.domain.kidney import tests_a_year as grid
from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.protocols.expectations import BY_PROTOCOL
from services.monitoring.domain.silence import Done, add_months
from shared.vocabulary import Metric, Severity
from tests.support.ward import local

ZONE = "America/New_York"
BEFORE = local("2026-09-01 09:00")
(CHECK,) = [each for each in BY_PROTOCOL["copd"] if isinstance(each, Conversation)]
(WORN,) = [each for each in BY_PROTOCOL["diabetes"] if isinstance(each, Coverage)]


def test_a_check_in_is_expected_under_every_protocol() -> None:
    assert all(CHECK_IN in {each.key for each in expected} for expected in BY_PROTOCOL.values())


@pytest.mark.parametrize(
    ("now", "severity", "next_look"),
    [
        ("2026-10-31 23:59:59", None, "2026-11-01 00:00"),
        ("2026-11-01 00:00", "low", "2026-11-03 00:00"),
        ("2026-11-02 23:59:59", "low", "2026-11-03 00:00"),
        ("2026-11-03 00:00", "moderate", "2026-11-04 00:00"),
    ],
)
def test_a_check_in_is_low_after_a_day_and_moderate_after_three(now: str, severity: str | None, next_look: str) -> None:
    """Days are the patient's; the clocks go back on the second of them."""
    found = of_conversation(CHECK, Due(date(2026, 10, 31)), since=BEFORE, now=local(now), zone=ZONE)
    assert (found.absence.severity if found.absence else None) == severity
    assert found.look_at == local(next_look)


def test_a_check_in_that_was_dealt_with_or_replaced_says_nothing_more() -> None:
    due = Due(date(2026, 9, 7))
    now = local("2026-09-12 10:00")
    assert of_conversation(CHECK, due, since=local("2026-09-09 10:00"), now=now, zone=ZONE).absence is None
    assert of_conversation(CHECK, Due(held=True), since=BEFORE, now=now, zone=ZONE).came
    assert not of_conversation(CHECK, Due(held=False), since=BEFORE, now=now, zone=ZONE).came


END = datetime(2026, 9, 29, tzinfo=UTC)
START = END - timedelta(days=14)
FIRST = START - timedelta(days=1)
FULL = 4032


def spoken(count: int, *, skip: range = range(0), sources: tuple[str, str] = ("a", "a")) -> list[Heard]:
    """Every five minutes from the start, the first source up to the gap and the second after it."""
    slots = [each for each in range(FULL) if each not in skip][:count]
    return [Heard(START + each * timedelta(minutes=5), sources[each >= skip.stop > 0]) for each in slots]


@pytest.mark.parametrize(("count", "low"), [(2822, True), (2823, False), (4032, False), (1, True)])
def test_a_sensor_below_70_percent_of_14_days_is_low(count: int, low: bool) -> None:
    found = of_coverage(WORN, spoken(count), first=FIRST, since=BEFORE - timedelta(days=90), now=END)
    assert (found.absence is not None) is low
    assert found.absence is None or found.absence.severity is Severity.LOW
    assert found.look_at == END + timedelta(days=1)


def test_what_would_be_too_early_or_is_another_finding() -> None:
    early = of_coverage(WORN, spoken(100), first=START + timedelta(minutes=5), since=BEFORE, now=END)
    assert (early.absence, early.look_at) == (None, START + timedelta(minutes=5, days=14))
    assert of_coverage(WORN, [], first=FIRST, since=BEFORE, now=END).absence is None, "stopped: SILENCE-CGM says so"
    assert of_coverage(WORN, None, first=FIRST, since=FIRST, now=END).came, "certainly enough"
    assert of_coverage(WORN, [], first=None, since=FIRST, now=END).absence is None, "no sensor"


@pytest.mark.parametrize(
    ("hours", "sources", "percent"),
    [
        (Decimal("11.9"), ("a", "b"), Decimal(100)),
        (Decimal(12), ("a", "b"), Decimal("96.45")),
        (Decimal("11.9"), ("a", "a"), Decimal("96.50")),
    ],
)
def test_a_change_of_sensors_of_under_12_hours_is_ignored(
    hours: Decimal, sources: tuple[str, str], percent: Decimal
) -> None:
    """A gap of exactly 12 h counts, and so does a shorter one of the same sensor."""
    missing = int(hours * 12) - 1
    line = spoken(FULL, skip=range(1000, 1000 + missing), sources=sources)
    assert round(active(WORN, line, start=START, end=END), 2) == percent


@given(st.sets(st.integers(0, FULL - 1), min_size=1, max_size=400))
def test_active_time_is_a_share_whatever_is_missing(gone: set[int]) -> None:
    line = [Heard(START + each * timedelta(minutes=5), "a") for each in range(FULL) if each not in gone]
    assert active(WORN, line, start=START, end=END) == Decimal(100) * len(line) / FULL


@pytest.mark.parametrize(
    ("value", "stage"),
    [("90", "G1"), ("89.9", "G2"), ("60", "G2"), ("59.9", "G3a"), ("45", "G3a"), ("44.9", "G3b"), ("30", "G3b"),
     ("29.9", "G4"), ("15", "G4"), ("14.9", "G5")],
)  # fmt: skip
def test_stages_of_filtration(value: str, stage: str) -> None:
    assert filtration_stage(Decimal(value)) == stage


@pytest.mark.parametrize(
    ("value", "unit", "stage"),
    [("29.9", "mg/g{creat}", "A1"), ("30", "mg/g{creat}", "A2"), ("300", "mg/g{creat}", "A2"),
     ("300.1", "mg/g{creat}", "A3"), ("2.9", "mg/mmol{creat}", "A1"), ("3", "mg/mmol{creat}", "A2"),
     ("30", "mg/mmol{creat}", "A2"), ("30.1", "mg/mmol{creat}", "A3")],
)  # fmt: skip
def test_stages_of_albumin_in_the_unit_received(value: str, unit: str, stage: str) -> None:
    assert albumin_stage(Decimal(value), unit) == stage


GRID = {
    "G1": (1, 1, 3), "G2": (1, 1, 3), "G3a": (1, 2, 3), "G3b": (2, 3, 3), "G4": (3, 3, 4), "G5": (4, 4, 4),
}  # fmt: skip
_OF_STAGE = {"G1": "95", "G2": "75", "G3a": "50", "G3b": "40", "G4": "20", "G5": "10"}
_OF_ALBUMIN = {"A1": "10", "A2": "100", "A3": "500"}


@pytest.mark.parametrize("protocol", ["ckd", "diabetes"])
@pytest.mark.parametrize("stage", GRID)
def test_tests_are_due_again_as_often_as_the_grid_says(stage: str, protocol: str) -> None:
    tests = LATEST[protocol].expectation("OVERDUE-KIDNEY")
    assert isinstance(tests, KidneyTests)
    on, followed = date(2026, 1, 31), date(2025, 12, 1)
    for albumin, times in zip(("A1", "A2", "A3"), GRID[stage], strict=True):
        assert grid(stage, albumin) == times
        done = {
            Metric.EGFR: Done(on, Decimal(_OF_STAGE[stage]), "mL/min/{1.73_m2}"),
            Metric.UACR: Done(on + timedelta(days=3), Decimal(_OF_ALBUMIN[albumin]), "mg/g{creat}"),
        }
        assert tests.due_on(done, followed) == add_months(on, 12 // times), "from the older of the two"
        assert tests.why(done) == f"{stage} {albumin}: {times} a year"
    assert tests.due_on({}, followed) == followed + timedelta(days=30)


@pytest.mark.parametrize("key", ["OVERDUE-EYE", "OVERDUE-FOOT"])
def test_eyes_and_feet_are_examined_yearly(key: str) -> None:
    exam = LATEST["diabetes"].expectation(key)
    assert exam is not None
    assert (exam.metrics, exam.opens_need) in {
        ((Metric.EYE_EXAM,), "retinal-exam"),
        ((Metric.FOOT_EXAM,), "foot-exam"),
    }
    assert exam.rhythm().startswith("every 12 months")
