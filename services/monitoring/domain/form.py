"""A form: the questions of a check-in as a versioned value, with what each answer does and where that comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from services.monitoring.domain.scoring import Answers
from shared.vocabulary import AnswerKind, Metric, Severity, Symptom

Given = bool | Decimal | str
"""An answer: yes or no, a number or a step of a scale, a code or a text."""
LICENSED = "see the licensed form"


@dataclass(frozen=True, slots=True)
class Means:
    """What an answer reports: ``symptom`` when it equals ``equals``, or reaches ``at_least``, or stays ``below``.

    ``severity`` is what a rule over the symptom makes of it, for the person who asks; the rule itself decides.
    """

    symptom: Symptom
    severity: Severity
    source: str
    equals: bool | str | None = None
    at_least: Decimal | None = None
    below: Decimal | None = None

    def met(self, given: Given) -> bool:
        """Whether this answer reports the symptom."""
        if self.equals is not None:
            return given == self.equals and isinstance(given, type(self.equals))
        if not isinstance(given, Decimal):
            return False
        return (self.at_least is None or given >= self.at_least) and (self.below is None or given < self.below)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``key`` is unique in the catalogue; ``unit`` is UCUM; ``low`` and ``high`` are inclusive.

    ``metric``: the answer itself is a reading. ``required``: a completed check-in has an answer or a reason.
    """

    key: str
    text: str
    kind: AnswerKind = AnswerKind.YES_NO
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    options: tuple[str, ...] = ()
    required: bool = True
    metric: Metric | None = None
    means: tuple[Means, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A score over answers; yes counts 1. ``unit`` is that of its readings."""

    metric: Metric
    questions: tuple[str, ...]
    compute: Callable[[Answers], Decimal | None]
    unit: str = "{score}"


@dataclass(frozen=True, slots=True)
class Follows:
    """A form that is asked as soon as a score reaches a cut-off."""

    metric: Metric
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Form:
    """One version of one set of questions; immutable once used.

    ``follows``: it is asked when a score of another form asks for it. ``optional``: it may be given with any check-in
    and, once begun, is finished. ``licence`` names who holds the item texts, where they are not shipped.
    """

    key: str
    version: str
    title: str
    questions: tuple[Question, ...]
    source: str
    scores: tuple[Score, ...] = ()
    follows: Follows | None = None
    optional: bool = False
    licence: str = ""
    by_key: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {question.key: question for question in self.questions})

    @property
    def name(self) -> str:
        """Key and version, as a check-in is pinned to them."""
        return f"{self.key}@{self.version}"


def steps(
    key: str, text: str, low: int, high: int, *, required: bool = True, means: tuple[Means, ...] = ()
) -> Question:
    """A question answered by a whole number from ``low`` to ``high``."""
    scale = AnswerKind.SCALE
    return Question(key, text, scale, "{score}", Decimal(low), Decimal(high), required=required, means=means)


def numbered(form: str, count: int, low: int, high: int) -> tuple[Question, ...]:
    """The items of a licensed questionnaire by their numbers."""
    return tuple(steps(f"{form}.{number}", f"Item {number}: {LICENSED}", low, high) for number in range(1, count + 1))


def amount(
    key: str, text: str, unit: str, high: int, *, required: bool = False, means: tuple[Means, ...] = ()
) -> Question:
    """A question answered by a number from 0 to ``high``."""
    number = AnswerKind.NUMBER
    return Question(key, text, number, unit, Decimal(0), Decimal(high), required=required, means=means)


def measured(key: str, text: str, metric: Metric, unit: str) -> Question:
    """A value the patient reads out, kept as a reading; its limits are those of the metric."""
    return Question(key, text, AnswerKind.NUMBER, unit, required=False, metric=metric)


def choice(
    key: str, text: str, options: tuple[str, ...], *, required: bool = True, means: tuple[Means, ...] = ()
) -> Question:
    """A question answered by one of a few codes."""
    return Question(key, text, AnswerKind.CHOICE, options=options, required=required, means=means)


def said(key: str, text: str) -> Question:
    """A question answered in words."""
    return Question(key, text, AnswerKind.TEXT, required=False)


def yes(symptom: Symptom, severity: Severity, source: str) -> tuple[Means, ...]:
    """Yes reports a symptom."""
    return (Means(symptom, severity, source, equals=True),)
