"""Bursts of a loop diuretic under a standing order: the numbers of clinical §6.2 and of the worked example §7a."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.monitoring.domain.steps import Past
from shared.vocabulary import (
    Metric,
    StepDecision,
    StepRefusal,
)
from tests.support.steps import (
    BURST,
    FOR_CHF,
    FUROSEMIDE,
    LABS,
    WELL,
    D,
    asked,
    chf,
    doses,
    first,
    instead,
)
from tests.support.ward import a_reading, local

# -- §7a and the boundaries of §6.2


def test_80_mg_a_day_become_160_for_three_days() -> None:
    answer = asked(chf(), "80")
    assert (answer.decision, doses(answer), answer.temporary_days) == (StepDecision.COSIGN, [80], 3)


@pytest.mark.parametrize(
    ("metric", "good", "bad", "code"),
    [
        (Metric.BP_SYSTOLIC, "100", "99", StepRefusal.SYSTOLIC),
        (Metric.POTASSIUM, "3.5", "3.4", StepRefusal.POTASSIUM),
        (Metric.POTASSIUM, "5.4", "5.5", StepRefusal.POTASSIUM),
        (Metric.EGFR, "30", "29", StepRefusal.EGFR_LOW),
    ],
)
def test_pressure_and_labs(metric: Metric, good: str, bad: str, code: StepRefusal) -> None:
    readings = chf().readings
    assert doses(asked(chf(readings=instead(readings, metric, good)))) == [80]
    assert first(asked(chf(readings=instead(readings, metric, bad)))) is code


@pytest.mark.parametrize(("baseline", "steps"), [("1.38", []), ("1.39", [80])])
def test_creatinine_at_most_30_percent_above_the_baseline(baseline: str, steps: list[int]) -> None:
    earlier = a_reading(Metric.CREATININE, baseline, "mg/dL", local("2026-07-01 09:00"))
    assert doses(asked(chf(readings=(*chf().readings, earlier)))) == steps


@pytest.mark.parametrize(("days", "steps"), [(14, [80]), (15, [])])
def test_labs_of_at_most_14_days(days: int, steps: list[int]) -> None:
    old = local("2026-09-09 10:40") - timedelta(days=days)
    readings = tuple(
        each._replace(observed_at=old) if each.metric is Metric.POTASSIUM else each for each in chf().readings
    )
    assert doses(asked(chf(readings=readings))) == steps


@pytest.mark.parametrize(("days", "steps"), [(14, [80]), (15, [])])
@pytest.mark.parametrize("lab", [Metric.POTASSIUM, Metric.CREATININE])
def test_labs_of_at_most_14_days_also_under_an_order_that_does_not_name_them(
    lab: Metric, days: int, steps: list[int]
) -> None:
    old = local("2026-09-09 10:40") - timedelta(days=days)
    readings = tuple(each._replace(observed_at=old) if each.metric is lab else each for each in chf().readings)
    answer = asked(replace(chf(readings=readings), order=replace(BURST, required=())))
    assert doses(answer) == steps
    assert steps or first(answer) is StepRefusal.STALE


@pytest.mark.parametrize(("now", "steps"), [("09-11 07:00", [80]), ("09-11 07:01", [])])
def test_a_gain_of_two_days_ago_says_nothing_about_today(now: str, steps: list[int]) -> None:
    assert doses(asked(chf(now=local(f"2026-{now}")))) == steps


def test_weight_alone_is_not_enough_and_signs_alone_are_not_either() -> None:
    assert first(asked(chf(assessment=WELL))) is StepRefusal.NO_TRIGGER
    assert first(asked(chf(readings=LABS))) is StepRefusal.NO_TRIGGER


@pytest.mark.parametrize(("before", "steps"), [(2, []), (1, [80])])
def test_two_bursts_in_30_days(before: int, steps: list[int]) -> None:
    past = tuple(Past(local("2026-08-20 09:00") + timedelta(days=5 * n), True) for n in range(before))
    assert doses(asked(chf(past=past))) == steps


def test_the_maximum_named_for_the_patient() -> None:
    less = replace(FOR_CHF, max_daily=D(159))
    assert first(asked(chf(patient_order=less))) is StepRefusal.DAILY_MAXIMUM


def test_no_second_burst_while_one_runs() -> None:
    running = replace(FUROSEMIDE, dose=D(40), returns_at=local("2026-09-12 00:00"), returns_to=D(20))
    assert first(asked(chf(medicine=running))) is StepRefusal.INTERVAL
