"""Scores of the questionnaires in use (clinical §1.2, §1.4, §1.5, §1.10): cut-offs and arithmetic, never item texts.

A score is None while any of its answers is missing: an incomplete questionnaire has no total.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.vocabulary import Metric

Answers = Sequence[Decimal | None]
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Band:
    """The values from ``start`` up to the next band; ``name`` says what they mean."""

    start: Decimal
    name: str


def _bands(*pairs: tuple[int, str]) -> tuple[Band, ...]:
    return tuple(Band(Decimal(start), name) for start, name in pairs)


BANDS: Mapping[Metric, tuple[Band, ...]] = {
    Metric.ACT: _bands((5, "very poorly controlled"), (16, "not well controlled"), (20, "well controlled")),
    Metric.C_ACT: _bands((0, "uncontrolled"), (20, "controlled")),
    Metric.CAT: _bands((0, "low impact"), (10, "medium impact"), (21, "high impact"), (31, "very high impact")),
    Metric.MMRC: _bands((0, "less breathless"), (2, "more breathless")),
    Metric.NYHA: _bands((1, "I: no limitation"), (2, "II: slight"), (3, "III: marked"), (4, "IV: at rest")),
    Metric.PHQ2: _bands((0, "screen negative"), (3, "screen positive: ask the PHQ-9")),
    Metric.PHQ9: _bands((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately severe"), (20, "severe")),
    Metric.DDS2: _bands((1, "screen negative"), (3, "screen positive: give the DDS-17")),
    Metric.DDS17: _bands((1, "little or none"), (2, "moderate distress"), (3, "high distress")),
    Metric.GINA4: _bands((0, "well controlled"), (1, "partly controlled"), (3, "uncontrolled")),
}
"""Half-open bands from one list of cut points each (§1.2 DDS, §1.4 ACT and GINA, §1.5 CAT and mMRC, §1.12 PHQ)."""

DDS_SUBSCALES: Mapping[str, tuple[int, ...]] = {
    "emotional": (1, 4, 7, 10, 14),
    "physician": (2, 5, 11, 15),
    "regimen": (3, 6, 8, 12, 16),
    "interpersonal": (9, 13, 17),
}
"""Items of the DDS-17 by subscale (clinical §1.2, S13, S14)."""


def band(metric: Metric, value: Decimal) -> str | None:
    """What a score means; None for a metric without bands, or a value below the first."""
    return next((each.name for each in reversed(BANDS.get(metric, ())) if value >= each.start), None)


def total(answers: Answers) -> Decimal | None:
    """The sum of all answers: ACT 5–25, C-ACT 0–27, CAT 0–40, PHQ-2 0–6, PHQ-9 0–27."""
    given = _complete(answers)
    return None if given is None else sum(given, Decimal(0))


def mean(answers: Answers) -> Decimal | None:
    """The mean of all answers to two decimals: DDS-2, DDS-17 and its subscales, 1–6.

    Rounding moves no cut-off: the means of 17 answers next to 2 and 3 lie 0.059 away.
    """
    given = _complete(answers)
    return None if given is None else (sum(given, Decimal(0)) / len(given)).quantize(_HUNDREDTH)


def count(answers: Answers) -> Decimal | None:
    """How many were answered yes (1): the four questions of GINA, 0–4."""
    return total(answers)


def single(answers: Answers) -> Decimal | None:
    """The one answer that is the score: mMRC 0–4, NYHA I–IV as 1–4."""
    return answers[0]


def dds_subscales(answers: Answers) -> dict[str, Decimal | None]:
    """The four subscale means of the DDS-17 from its answers in order, each for itself.

    Raises:
        ValueError: these are not seventeen answers.
    """
    if len(answers) != 17:
        raise ValueError("the DDS-17 has seventeen answers")
    return {name: mean([answers[number - 1] for number in members]) for name, members in DDS_SUBSCALES.items()}


def _complete(answers: Answers) -> list[Decimal] | None:
    given = [each for each in answers if each is not None]
    return given if given and len(given) == len(answers) else None
