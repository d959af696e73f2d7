"""Tests after a change of a medicine: which day they are due, and what makes up for them (clinical §1.3 labs, §6.2)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.after_changes import AfterChange, MedicineChange
from services.monitoring.domain.missing import of_examination
from services.monitoring.domain.protocols.labs_after_changes import CKD, HEART_FAILURE, HYPERTENSION
from services.monitoring.domain.silence import Done
from shared.vocabulary import MedicineClass, Metric, PlanChangeKind, Severity
from tests.support.ward import local

DAY = date(2026, 9, 1)
ZONE = "America/New_York"
K, CREATININE, EGFR = Metric.POTASSIUM, Metric.CREATININE, Metric.EGFR
CLASSES = st.sampled_from(sorted(HEART_FAILURE.checks))


def changed(drug_class: MedicineClass, on: date = DAY, window: tuple[date, date] | None = None) -> MedicineChange:
    return MedicineChange(on, "lisinopril", drug_class, PlanChangeKind.DOSE, window)


def after(*changes: MedicineChange) -> AfterChange:
    return replace(HEART_FAILURE, changes=changes)


def drawn(days: int | None, *metrics: Metric) -> dict[Metric, Done]:
    """Both tests so many days after the change."""
    if days is None:
        return {}
    return {each: Done(DAY + timedelta(days=days), Decimal(4), "") for each in metrics or (K, CREATININE)}


def due(expected: AfterChange, done: dict[Metric, Done]) -> int | None:
    """By which day after the change."""
    found = expected.due_on(done, DAY)
    return None if found is None else (found - DAY).days


@pytest.mark.parametrize("drug_class", sorted(set(HEART_FAILURE.checks) - {MedicineClass.MRA}))
@pytest.mark.parametrize(("days", "found"), [(None, 14), (-1, 14), (0, 14), (6, 14), (7, None), (14, None), (40, None)])
def test_one_to_two_weeks_after_an_inhibitor_or_a_diuretic(
    drug_class: MedicineClass, days: int | None, found: int | None
) -> None:
    assert due(after(changed(drug_class)), drawn(days)) == found


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (None, 3),
        (0, 3),
        (1, 7),
        (3, 7),
        (4, 30),
        (7, 30),
        (8, 60),
        (30, 60),
        (31, 90),
        (60, 90),
        (61, None),
    ],
)
def test_an_mra_at_three_days_a_week_and_monthly_for_three_months(days: int | None, found: int | None) -> None:
    assert due(after(changed(MedicineClass.MRA)), drawn(days)) == found


@pytest.mark.parametrize(
    ("metrics", "found"), [((K,), 14), ((CREATININE,), 14), ((CREATININE, EGFR), 14), ((K, EGFR), None)]
)
def test_both_are_needed_and_filtration_stands_for_creatinine(metrics: tuple[Metric, ...], found: int | None) -> None:
    assert due(after(changed(MedicineClass.ARB)), drawn(7, *metrics)) == found


def test_the_older_of_the_two_decides() -> None:
    done = {**drawn(6, K), **drawn(9, CREATININE)}
    assert due(after(changed(MedicineClass.ARB)), done) == 14


@pytest.mark.parametrize(("days", "found"), [(6, 10), (7, None)])
def test_the_days_of_the_order_replace_those_of_the_protocol(days: int, found: int | None) -> None:
    window = (DAY + timedelta(days=7), DAY + timedelta(days=10))
    assert due(after(changed(MedicineClass.LOOP_DIURETIC, window=window)), drawn(days)) == found


@pytest.mark.parametrize(("days", "found"), [(6, 14), (7, 24), (16, 24), (17, None)])
def test_each_of_two_changes_has_its_own_days(days: int, found: int | None) -> None:
    two = after(changed(MedicineClass.ARB), changed(MedicineClass.THIAZIDE, DAY + timedelta(days=10)))
    assert due(two, drawn(days)) == found


@pytest.mark.parametrize("drug_class", [MedicineClass.STATIN, MedicineClass.BETA_BLOCKER, MedicineClass.BASAL_INSULIN])
def test_other_medicines_ask_for_nothing(drug_class: MedicineClass) -> None:
    assert due(after(changed(drug_class)), {}) is None
    assert due(after(), {}) is None


@pytest.mark.parametrize(
    ("now", "severity", "next_look"),
    [
        ("2026-09-15 23:59", None, "2026-09-16 00:00"),
        ("2026-09-16 00:00", Severity.LOW, "2026-09-22 00:00"),
        ("2026-09-21 23:59", Severity.LOW, "2026-09-22 00:00"),
        ("2026-09-22 00:00", Severity.MODERATE, "2026-10-22 00:00"),
    ],
)
def test_overdue_is_low_the_day_after_and_moderate_a_week_after(
    now: str, severity: Severity | None, next_look: str
) -> None:
    expected, begun = after(changed(MedicineClass.ACE_INHIBITOR)), local("2026-01-01 00:00")
    verdict = of_examination(expected, done={}, since=begun, followed=begun, now=local(now), zone=ZONE)
    assert (verdict.absence.severity if verdict.absence else None) == severity
    assert verdict.look_at == local(next_look)
    if verdict.absence is not None:
        assert "lisinopril, dose of 2026-09-01: from 2026-09-08 to 2026-09-15" in verdict.absence.text


@given(
    st.lists(st.tuples(CLASSES, st.integers(0, 200)), max_size=6),
    st.tuples(CLASSES, st.integers(0, 200)),
    st.none() | st.integers(0, 400),
)
def test_one_more_change_is_never_due_later_and_late_tests_end_everything(
    known: list[tuple[MedicineClass, int]], more: tuple[MedicineClass, int], days: int | None
) -> None:
    changes = [changed(each, DAY + timedelta(days=on)) for each, on in known]
    other = changed(more[0], DAY + timedelta(days=more[1]))
    before, now = due(after(*changes), drawn(days)), due(after(*changes, other), drawn(days))
    assert before is None or (now is not None and now <= before)
    assert due(after(*changes, other), drawn(200 + 61)) is None


def test_the_pages_say_the_same_for_every_protocol() -> None:
    assert HEART_FAILURE.checks == CKD.checks == HYPERTENSION.checks
    assert "project default (§1.6 names none)" in HYPERTENSION.source
    assert "ace-inhibitor, arb, arni, loop-diuretic, thiazide: day 7 to 14; mra: day 1 to 3, 4 to 7" in CKD.rhythm()
    assert "low a day after it was due, moderate after 7 days" in HEART_FAILURE.rhythm()
    assert "project default (§1.7)" in CKD.source
