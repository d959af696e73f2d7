"""Steps of basal insulin under a standing order: the numbers of clinical §6.1 and of the worked example §7b."""

from dataclasses import replace

import pytest

from shared.vocabulary import (
    Metric,
    StepDecision,
    StepRefusal,
)
from tests.support.steps import (
    BASAL,
    FIRST,
    FOR_PATIENT,
    GLARGINE,
    ON_28,
    SECOND,
    SERIOUS,
    WEIGHT,
    WELL,
    D,
    asked,
    doses,
    facts,
    first,
    instead,
    sugar,
)
from tests.support.ward import local

# -- §7b: the month of diabetes


def test_24_units_become_26_on_a_median_of_162() -> None:
    answer = asked(facts("09-03 07:30", FIRST), "26")
    assert (answer.decision, doses(answer)) == (StepDecision.COSIGN, [26])
    assert any("162 mg/dL" in words for words in answer.workings)


def test_an_order_that_asks_for_no_signature_allows() -> None:
    order = replace(BASAL, cosign_days=None)
    assert asked(facts("09-03 07:30", FIRST, order=order), "26").decision is StepDecision.ALLOW


def test_26_become_28_after_more_than_72_hours() -> None:
    on_26 = replace(GLARGINE, dose=D(26), changed_at=local("2026-09-03 07:30"))
    assert doses(asked(facts("09-08 08:00", SECOND, on_26))) == [28]


def test_the_next_step_would_pass_20_percent_of_the_prescribers_dose() -> None:
    readings = (WEIGHT, *(sugar("150", f"09-{day} 07:00") for day in (11, 12, 13)))
    assert first(asked(facts("09-13 08:00", readings, ON_28), "30")) is StepRefusal.CUMULATIVE


def test_after_a_low_with_a_cause_the_dose_is_locked_until_the_instant() -> None:
    ate_nothing = replace(WELL, cause_of_low="Skipped dinner")
    low = (WEIGHT, sugar("66", "09-10 03:10", Metric.GLUCOSE_SMBG))
    answer = asked(facts("09-10 10:05", low, ON_28, assessment=ate_nothing), "26")
    assert answer.decision is StepDecision.REFUSE
    assert [until for _, until in answer.locks] == [local("2026-09-17 03:10")]
    assert asked(facts("09-10 10:05", low, ON_28, assessment=ate_nothing)).allowed == ()


@pytest.mark.parametrize(("now", "locked"), [("09-17 03:09", True), ("09-17 03:10", False)])
def test_the_lock_ends_at_its_instant(now: str, locked: bool) -> None:
    mornings = (sugar("150", f"09-{day} 02:00") for day in (14, 15, 16))
    readings = (WEIGHT, sugar("66", "09-10 03:10", Metric.GLUCOSE_SMBG), *mornings)
    on_26 = replace(GLARGINE, dose=D(26), changed_at=local("2026-09-03 07:30"))
    answer = asked(facts(now, readings, on_26), "28")
    assert (StepRefusal.HYPOGLYCAEMIA_LOCK in {each.code for each in answer.refusals}) is locked


def test_28_units_after_level_2_without_a_cause_may_become_22_to_25() -> None:
    answer = asked(facts("09-13 09:05", SERIOUS, ON_28), "24")
    assert (answer.decision, doses(answer)) == (StepDecision.COSIGN, [22, 23, 24, 25])
    assert [until for _, until in answer.locks] == [local("2026-09-20 02:56"), local("2026-09-27 02:40")]


@pytest.mark.parametrize(("dose", "allowed"), [("21", False), ("22", True), ("25", True), ("26", False)])
def test_the_edges_of_the_reduction(dose: str, allowed: bool) -> None:
    answer = asked(facts("09-13 09:05", SERIOUS, ON_28), dose)
    assert (answer.decision is StepDecision.COSIGN) is allowed


def test_one_low_asks_for_one_reduction() -> None:
    reduced = replace(ON_28, dose=D(24), changed_at=local("2026-09-13 09:05"))
    assert asked(facts("09-16 10:00", SERIOUS, reduced)).allowed == ()


def test_a_median_of_128_is_in_goal_and_nothing_changes() -> None:
    readings = (WEIGHT, sugar("128", "09-28 07:00"), sugar("131", "09-29 07:00"), sugar("126", "09-30 07:00"))
    reduced = replace(ON_28, dose=D(24), changed_at=local("2026-09-13 09:05"))
    answer = asked(facts("09-30 07:30", readings, reduced), "26")
    assert first(answer) is StepRefusal.IN_GOAL
    assert answer.locks == ()


# -- boundaries of §6.1


@pytest.mark.parametrize(("value", "steps"), [("130", []), ("131", [26])])
def test_the_goal_is_at_most_130(value: str, steps: list[int]) -> None:
    readings = (WEIGHT, *(sugar(value, f"09-0{day} 07:00") for day in (1, 2, 3)))
    assert doses(asked(facts("09-03 07:30", readings))) == steps


@pytest.mark.parametrize(("value", "steps"), [("7.2", []), ("7.3", [26])])
def test_the_goal_in_the_unit_it_was_sent_in(value: str, steps: list[int]) -> None:
    readings = (WEIGHT, *(sugar(value, f"09-0{day} 07:00", unit="mmol/L") for day in (1, 2, 3)))
    assert doses(asked(facts("09-03 07:30", readings))) == steps


@pytest.mark.parametrize(("value", "steps"), [("79", []), ("80", [26])])
def test_none_below_80(value: str, steps: list[int]) -> None:
    readings = (*FIRST, sugar(value, "09-03 07:10", Metric.GLUCOSE_FASTING))
    more = (*readings, sugar("170", "09-03 07:20"), sugar("170", "09-03 07:25"))
    assert doses(asked(facts("09-03 07:30", more))) == steps


def test_two_values_are_not_three() -> None:
    assert StepRefusal.MISSING in {each.code for each in asked(facts("09-03 07:30", FIRST[:3])).refusals}


@pytest.mark.parametrize(("since", "steps"), [("08-31 07:31", []), ("08-31 07:30", [26])])
def test_72_hours_since_the_last_change(since: str, steps: list[int]) -> None:
    medicine = replace(GLARGINE, changed_at=local(f"2026-{since}"))
    assert doses(asked(facts("09-03 07:30", FIRST, medicine))) == steps


@pytest.mark.parametrize(("kilograms", "steps"), [("51", []), ("52", [26])])
def test_half_a_unit_per_kilogram(kilograms: str, steps: list[int]) -> None:
    readings = instead(FIRST, Metric.BODY_WEIGHT, kilograms)
    assert doses(asked(facts("09-03 07:30", readings))) == steps


def test_ten_units_above_the_prescribers_dose_at_most() -> None:
    medicine = replace(GLARGINE, dose=D(68), prescribed_dose=D(60))
    wide = replace(BASAL, max_single=D(99), max_daily=D(99))
    patient = replace(FOR_PATIENT, max_single=D(99), max_daily=D(99))
    readings = instead(FIRST, Metric.BODY_WEIGHT, "180")
    for dose, steps in ((68, [70]), (69, [])):
        found = facts("09-03 07:30", readings, replace(medicine, dose=D(dose)), order=wide, patient_order=patient)
        assert doses(asked(found)) == steps
