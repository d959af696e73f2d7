"""Scores of questionnaires: vectors, and both sides of every cut-off (clinical §1.2, §1.4, §1.5, §1.12)."""

from decimal import Decimal

import pytest

from services.monitoring.domain import scoring
from shared.vocabulary import Metric

D = Decimal


def of(*answers: int | None) -> list[Decimal | None]:
    return [None if each is None else D(each) for each in answers]


@pytest.mark.parametrize(
    ("metric", "value", "meaning"),
    [
        (Metric.ACT, "5", "very poorly controlled"),
        (Metric.ACT, "15", "very poorly controlled"),
        (Metric.ACT, "16", "not well controlled"),
        (Metric.ACT, "19", "not well controlled"),
        (Metric.ACT, "20", "well controlled"),
        (Metric.C_ACT, "19", "uncontrolled"),
        (Metric.C_ACT, "20", "controlled"),
        (Metric.CAT, "9", "low impact"),
        (Metric.CAT, "10", "medium impact"),
        (Metric.CAT, "20", "medium impact"),
        (Metric.CAT, "21", "high impact"),
        (Metric.CAT, "30", "high impact"),
        (Metric.CAT, "31", "very high impact"),
        (Metric.MMRC, "1", "less breathless"),
        (Metric.MMRC, "2", "more breathless"),
        (Metric.PHQ2, "2", "screen negative"),
        (Metric.PHQ2, "3", "screen positive: ask the PHQ-9"),
        (Metric.PHQ9, "4", "minimal"),
        (Metric.PHQ9, "5", "mild"),
        (Metric.PHQ9, "9", "mild"),
        (Metric.PHQ9, "10", "moderate"),
        (Metric.PHQ9, "14", "moderate"),
        (Metric.PHQ9, "15", "moderately severe"),
        (Metric.PHQ9, "19", "moderately severe"),
        (Metric.PHQ9, "20", "severe"),
        (Metric.DDS2, "2.5", "screen negative"),
        (Metric.DDS2, "3", "screen positive: give the DDS-17"),
        (Metric.DDS17, "1.94", "little or none"),
        (Metric.DDS17, "2", "moderate distress"),
        (Metric.DDS17, "2.94", "moderate distress"),
        (Metric.DDS17, "3", "high distress"),
        (Metric.GINA4, "0", "well controlled"),
        (Metric.GINA4, "1", "partly controlled"),
        (Metric.GINA4, "2", "partly controlled"),
        (Metric.GINA4, "3", "uncontrolled"),
    ],
)
def test_a_score_means(metric: Metric, value: str, meaning: str) -> None:
    assert scoring.band(metric, D(value)) == meaning


def test_a_value_below_every_band_means_nothing() -> None:
    assert scoring.band(Metric.ACT, D(4)) is None
    assert scoring.band(Metric.BODY_WEIGHT, D(80)) is None


def test_a_total_needs_every_answer() -> None:
    assert scoring.total(of(5, 4, 3, 2, 1)) == 15
    assert scoring.total(of(5, 4, None, 2, 1)) is None
    assert scoring.total([]) is None


def test_the_screen_of_the_worked_month() -> None:
    assert scoring.mean(of(4, 3)) == D("3.50")
    assert scoring.mean(of(4, None)) is None


@pytest.mark.parametrize(("total", "mean"), [(33, "1.94"), (34, "2.00"), (50, "2.94"), (51, "3.00")])
def test_rounding_moves_no_cut_off_of_the_seventeen(total: int, mean: str) -> None:
    answers = [1] * 17
    for number in range(total - 17):
        answers[number % 17] += 1
    assert scoring.mean(of(*answers)) == D(mean)


def test_subscales_hold_every_question_once() -> None:
    assert sorted(number for each in scoring.DDS_SUBSCALES.values() for number in each) == list(range(1, 18))


def test_a_subscale_stands_for_itself() -> None:
    answers = of(*[1] * 17)
    for number in (9, 13, 17):
        answers[number - 1] = D(4)
    answers[1] = None
    found = scoring.dds_subscales(answers)
    assert found == {"emotional": 1, "physician": None, "regimen": 1, "interpersonal": 4}
    assert scoring.mean(answers) is None
    with pytest.raises(ValueError, match="seventeen"):
        scoring.dds_subscales(answers[:16])
