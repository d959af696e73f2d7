"""Measures judged at their bounds (clinical §4)."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from services.monitoring.domain import quality_measures as rules
from services.monitoring.domain.quality_measures import MeasureKey, Person
from tests.support.makers_monitoring import local


@pytest.mark.parametrize(
    ("value", "good", "poor"),
    [("7.9", True, False), ("8.0", False, False), ("9.0", False, False), ("9.1", False, True), (None, False, True)],
)
def test_eight_is_not_good_nine_is_not_poor_and_missing_is(value: str | None, good: bool, poor: bool) -> None:
    measured = Decimal(value) if value else None
    assert rules.glycaemia_met(MeasureKey.GSD_GOOD, measured) is good
    assert rules.glycaemia_met(MeasureKey.GSD_POOR, measured) is poor


@pytest.mark.parametrize(
    ("pressure", "met"),
    [((139, 89), True), ((140, 80), False), ((120, 90), False), (None, False)],
)
def test_both_pressures_are_below_their_bound(pressure: tuple[int, int] | None, met: bool) -> None:
    assert rules.pressure_met((Decimal(pressure[0]), Decimal(pressure[1])) if pressure else None) is met


def test_age_and_exclusions_decide_who_is_in() -> None:
    cbp, gsd = rules.definition(MeasureKey.CBP), rules.definition(MeasureKey.GSD_GOOD)
    last = date(2026, 12, 31)
    eighteen, seventeen = (Person(uuid4(), date(2008, 12, 31) + timedelta(days=n), frozenset()) for n in (0, 1))
    seventy_five, seventy_six = (Person(uuid4(), born, frozenset()) for born in (date(1951, 1, 1), date(1950, 12, 31)))
    pregnant = Person(uuid4(), date(1990, 1, 1), frozenset({"pregnancy"}))
    everybody = [eighteen, seventeen, seventy_five, seventy_six, pregnant, eighteen]
    assert {each.patient_id for each in rules.eligible(gsd, everybody, last)} == {
        eighteen.patient_id,
        seventy_five.patient_id,
        pregnant.patient_id,
    }
    assert len(rules.eligible(cbp, everybody, last)) == 3
    assert pregnant not in rules.eligible(cbp, everybody, last)


def test_an_alert_is_judged_once_its_deadline_passed_or_somebody_saw_it() -> None:
    due = local("2026-09-14 10:00")
    second = timedelta(seconds=1)
    assert rules.seen_in_time(due, due, due) is True
    assert rules.seen_in_time(due, due + second, due + second) is False
    assert rules.seen_in_time(due, None, due) is None
    assert rules.seen_in_time(due, None, due + second) is False
    # What happened after the instant asked for is not known yet.
    assert rules.seen_in_time(due, due + second, due) is None
