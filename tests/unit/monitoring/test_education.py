"""When a review of self-management education is due: at the start, yearly, with what complicates, after a discharge."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.circumstances import of_the_program
from services.monitoring.domain.education import DISCHARGE, CriticalTime
from services.monitoring.domain.missing import of_examination
from services.monitoring.domain.protocols.self_management import DSMES
from services.monitoring.domain.silence import Done, add_months
from shared.vocabulary import Metric, NeedKind, Severity
from tests.support.ward import local

FOLLOWED, ZONE = date(2026, 3, 1), "America/New_York"
DAYS = st.integers(0, 700).map(lambda days: FOLLOWED + timedelta(days=days))


def due(last: str | date | None, *times: tuple[str, str | date]) -> date | None:
    known = tuple(CriticalTime(date.fromisoformat(str(on)), what) for what, on in times)
    on = None if last is None else date.fromisoformat(str(last))
    done = {} if on is None else {Metric.DSMES_REVIEW: Done(on, Decimal(1), "{rank}")}
    return replace(DSMES, times=known).due_on(done, FOLLOWED)


@pytest.mark.parametrize(
    ("last", "times", "on"),
    [
        (None, [], "2026-03-31"),
        ("2026-02-10", [], "2027-02-10"),
        ("2026-02-10", [(DISCHARGE, "2026-02-10")], "2027-02-10"),
        ("2026-02-10", [(DISCHARGE, "2026-04-11")], "2026-05-11"),
        ("2026-02-10", [("insulin-treated", "2026-06-01"), (DISCHARGE, "2026-05-01")], "2026-05-31"),
        ("2026-05-01", [("insulin-treated", "2026-06-01"), (DISCHARGE, "2026-05-01")], "2026-07-01"),
        ("2026-06-01", [("insulin-treated", "2026-06-01"), (DISCHARGE, "2026-05-01")], "2027-06-01"),
        ("2026-02-10", [("insulin-treated", "2027-02-09")], "2027-02-10"),
        (None, [(DISCHARGE, "2026-03-02")], "2026-03-31"),
    ],
)
def test_the_first_of_what_asks_for_it(last: str | None, times: list[tuple[str, str | date]], on: str) -> None:
    assert due(last, *times) == date.fromisoformat(on)


@pytest.mark.parametrize(
    ("now", "severity"),
    [
        ("2026-05-11 23:59", None),
        ("2026-05-12 00:00", Severity.LOW),
        ("2026-06-09 23:59", Severity.LOW),
        ("2026-06-10 00:00", Severity.MODERATE),
    ],
)
def test_overdue_after_a_discharge(now: str, severity: Severity | None) -> None:
    begun = local("2026-03-01 09:00")
    expected = replace(DSMES, times=(CriticalTime(date(2026, 4, 11), DISCHARGE),))
    done = {Metric.DSMES_REVIEW: Done(date(2026, 2, 10), Decimal(0), "{rank}")}
    absence = of_examination(expected, done=done, since=begun, followed=begun, now=local(now), zone=ZONE).absence
    assert (absence.severity if absence else None) == severity
    if absence is not None:
        assert "last done 2026-02-10 (discharge of 2026-04-11), due 2026-05-11" in absence.text


@given(DAYS, st.lists(DAYS, max_size=4), DAYS)
def test_one_more_critical_time_is_never_due_later_and_a_year_is_never_passed(
    last: date, times: list[date], more: date
) -> None:
    known: list[tuple[str, str | date]] = [(DISCHARGE, each) for each in times]
    before, now = due(last, *known), due(last, *known, ("frail", more))
    assert before is not None
    assert now is not None
    assert last < now <= before <= add_months(last, 12)


def test_every_critical_circumstance_is_one_there_is() -> None:
    assert DSMES.critical <= of_the_program()
    assert DSMES.opens_need is NeedKind.DSMES
    assert "four critical times" in DSMES.source
    assert "every 12 months, and within 30 days of a discharge" in DSMES.rhythm()
