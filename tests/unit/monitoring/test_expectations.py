"""When the absence of what is expected says something: months, holidays, local noon, dark clouds, clocks that jump."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.protocols.expectations import BY_PROTOCOL
from services.monitoring.domain.rounds import STEP, judged_at
from services.monitoring.domain.silence import Done, Examination, Stream, add_months, cloud_of, dark, nudge_on
from shared.kit.calendar import Calendar
from shared.vocabulary import Metric, Severity
from tests.support.ward import local

ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        ("2026-05-18", 3, "2026-08-18"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
    ],
)
def test_calendar_months_are_clipped_to_the_months_end(day: str, months: int, due: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(due)


@pytest.mark.parametrize(("value", "unit", "due"), [("7.0", "%", 3), ("6.9", "%", 6), ("53", "mmol/mol", 3)])
def test_a1c_at_goal_is_due_after_six_months_else_after_three(value: str, unit: str, due: int) -> None:
    a1c = LATEST["diabetes"].expectation("OVERDUE-A1C")
    assert isinstance(a1c, Examination)
    on = date(2026, 1, 15)
    assert a1c.due_on({Metric.HBA1C: Done(on, Decimal(value), unit)}, on) == add_months(on, due)


@pytest.mark.parametrize(
    ("a1c", "gmi", "due"),
    [
        (None, ("2026-03-01", "7.0"), "2026-06-01"),
        (None, ("2026-03-01", "6.9"), "2026-09-01"),
        (("2026-01-15", "6.5"), ("2026-03-01", "7.4"), "2026-06-01"),
        (("2026-03-02", "6.5"), ("2026-03-01", "7.4"), "2026-09-02"),
        (("2026-01-15", "8.0"), None, "2026-04-15"),
        (None, None, "2026-01-31"),
    ],
)
def test_the_indicator_of_the_sensor_stands_for_the_test(
    a1c: tuple[str, str] | None, gmi: tuple[str, str] | None, due: str
) -> None:
    expected = LATEST["diabetes"].expectation("OVERDUE-A1C")
    assert isinstance(expected, Examination)
    known = {Metric.HBA1C: a1c, Metric.CGM_GMI: gmi}
    done = {each: Done(date.fromisoformat(at[0]), Decimal(at[1]), "%") for each, at in known.items() if at is not None}
    assert expected.due_on(done, date(2026, 1, 1)) == date.fromisoformat(due)


def test_a_reminder_never_falls_on_a_holiday_or_a_weekend() -> None:
    calendar = Calendar(ZONE)
    assert nudge_on(date(2026, 12, 25), calendar) == date(2026, 12, 24)
    assert nudge_on(date(2026, 9, 7), calendar) == date(2026, 9, 4), "Labor Day: the Friday before"


def test_noon_is_the_patients_noon_also_when_clocks_change() -> None:
    weight = LATEST["heart-failure"].expectation("SILENCE-WEIGHT")
    assert isinstance(weight, Stream)
    assert weight.step_at(Severity.LOW, local("2026-10-30 07:00"), ZONE) == local("2026-11-01 12:00")
    assert weight.step_at(Severity.MODERATE, local("2026-03-06 23:59"), ZONE) == local("2026-03-09 12:00")


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_low_comes_before_moderate_or_with_it_and_never_at_once(minutes: int) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    for expected in BY_PROTOCOL.values():
        for each in expected:
            if isinstance(each, Stream):
                low, moderate = (each.step_at(step, since, ZONE) for step in (Severity.LOW, Severity.MODERATE))
                assert since < low <= moderate


def test_every_expectation_has_a_source_and_a_key_of_its_own() -> None:
    for protocol, expected in BY_PROTOCOL.items():
        assert all(each.source and each.title for each in expected), protocol
        assert len({each.key for each in expected}) == len(expected)


def test_a_cloud_is_dark_when_nearly_all_of_ten_or_more_are() -> None:
    assert not dark([False] * 9)
    assert dark([False] * 10)
    assert dark([False] * 8 + [True] * 2)
    assert not dark([False] * 7 + [True] * 3)
    assert cloud_of("cloud-a/device-7") == "cloud-a"


def test_rounds_follow_the_databases_clock_in_bounded_steps() -> None:
    last = datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert judged_at(last + timedelta(seconds=15), last) == last + timedelta(seconds=15)
    assert judged_at(last + timedelta(days=1), last) == last + STEP, "a jump of a day escalates ten minutes' worth"
    assert judged_at(last - timedelta(days=1), last) == last - timedelta(days=1), "set back, nothing is brought forward"
