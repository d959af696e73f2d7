"""Answers: which are taken, and what they amount to (scores, symptoms, values). Order of arrival plays no part."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from services.monitoring.domain.check_in_problems import (
    AnswerImplausible,
    AnswerOutOfRange,
    AnswerRefused,
    QuestionUnknown,
)
from services.monitoring.domain.form import Form, Given, Question, Score
from services.monitoring.domain.metrics import Refused, judge, judge_pressures
from shared.kit.units import plain
from shared.vocabulary import AnswerKind, Metric, Severity

Answers = Mapping[str, Given]
_LONGEST = 500
_TRUE, _FALSE = Decimal(1), Decimal(0)
_SAID = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Derived:
    """A reading that follows from answers; ``symptoms`` only where the metric is symptoms."""

    metric: Metric
    value: Decimal
    unit: str
    symptoms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Concern:
    """An answer that somebody should act on: what it reports and how serious that is."""

    question: str
    symptom: str
    severity: Severity
    source: str


def find(forms: Iterable[Form], key: str) -> Question:
    """The question of this key.

    Raises:
        QuestionUnknown: it is in none of the forms.
    """
    for form in forms:
        if (question := form.by_key.get(key)) is not None:
            return question
    raise QuestionUnknown(f"'{key}' is in none of the forms of this check-in. GET it to see its questions.")


def read(question: Question, sent: object, *, at: datetime) -> Given:
    """What was sent as an answer of the question's kind, measured ``at``.

    Raises:
        AnswerRefused, AnswerOutOfRange, AnswerImplausible.
    """
    kind = question.kind
    if kind is AnswerKind.YES_NO:
        return _yes_or_no(question, sent)
    if kind in (AnswerKind.NUMBER, AnswerKind.SCALE):
        return _number(question, sent, at)
    fits = isinstance(sent, str) and bool(sent.strip()) and len(sent) <= _LONGEST
    if not isinstance(sent, str) or not fits or (kind is AnswerKind.CHOICE and sent not in question.options):
        raise AnswerRefused(f"{question.key} is answered {taken(question)}.", question=question.key)
    return sent


def _yes_or_no(question: Question, sent: object) -> bool:
    said = _SAID.get(sent.strip().lower()) if isinstance(sent, str) else sent
    if not isinstance(said, bool):
        raise AnswerRefused(f"{question.key} is answered {taken(question)}.", question=question.key)
    return said


def taken(question: Question) -> str:
    """What a question takes as its answer, in words: for the form, and for whoever sent something else."""
    match question.kind:
        case AnswerKind.YES_NO:
            return "yes or no, or true or false"
        case AnswerKind.CHOICE:
            return f"by one of: {', '.join(question.options)}"
        case AnswerKind.TEXT:
            return f"in 1 to {_LONGEST} characters"
    what = "by a whole number" if question.kind is AnswerKind.SCALE else "by a number"
    if question.low is None or question.high is None:
        return what
    return f"{what} from {plain(question.low)} to {plain(question.high)}"


def _number(question: Question, sent: object, at: datetime) -> Decimal:
    refused = AnswerRefused(f"{question.key} is answered {taken(question)}.", question=question.key)
    if isinstance(sent, bool) or not isinstance(sent, (Decimal, int, str)):
        raise refused
    try:
        value = Decimal(sent)
    except InvalidOperation:
        raise refused from None
    if not value.is_finite() or (question.kind is AnswerKind.SCALE and value != value.to_integral_value()):
        raise refused
    low, high = question.low, question.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise AnswerOutOfRange(f"{question.key} is answered {taken(question)}.", question=question.key)
    if question.metric is not None:
        verdict = judge(question.metric, value, question.unit, observed_at=at, now=at)
        if isinstance(verdict, Refused):
            raise AnswerImplausible(f"{question.key}: {verdict.sentence}", question=question.key, reason=verdict.code)
    return value


def check_pressures(forms: Iterable[Form], answers: Answers) -> None:
    """Refuse two pressures that cannot be one measurement (§1.1).

    Raises:
        AnswerImplausible.
    """
    by_metric = {
        question.metric: answers[question.key]
        for form in forms
        for question in form.questions
        if question.metric is not None and question.key in answers
    }
    systolic, diastolic = by_metric.get(Metric.BP_SYSTOLIC), by_metric.get(Metric.BP_DIASTOLIC)
    if isinstance(systolic, Decimal) and isinstance(diastolic, Decimal):
        verdict = judge_pressures(systolic, diastolic)
        if isinstance(verdict, Refused):
            raise AnswerImplausible(verdict.sentence, reason=verdict.code)


def asked(forms: Iterable[Form], answers: Answers) -> list[Form]:
    """The forms that are to be filled in: the plain ones, those a score asks for, and optional ones once begun."""
    every = list(forms)
    known = {each.metric: value for each, value in scores(every, answers)}
    return [form for form in every if _is_asked(form, answers, known)]


def _is_asked(form: Form, answers: Answers, known: Mapping[Metric, Decimal | None]) -> bool:
    if any(key in answers for key in form.by_key):
        return True
    if form.follows is None:
        return not form.optional
    value = known.get(form.follows.metric)
    return value is not None and value >= form.follows.at_least


def open_questions(forms: Iterable[Form], answers: Answers, reasons: Iterable[str]) -> list[str]:
    """Required questions with neither an answer nor a reason; a reason may stand for a whole form by its key."""
    excused = set(reasons)
    return [
        question.key
        for form in asked(forms, answers)
        if form.key not in excused
        for question in form.questions
        if question.required and question.key not in answers and question.key not in excused
    ]


def scores(forms: Iterable[Form], answers: Answers) -> Iterator[tuple[Score, Decimal | None]]:
    """Every score of the forms; None while an answer is missing."""
    for form in forms:
        for score in form.scores:
            yield score, score.compute([_figure(answers.get(key)) for key in score.questions])


def _figure(given: Given | None) -> Decimal | None:
    if isinstance(given, bool):
        return _TRUE if given else _FALSE
    return given if isinstance(given, Decimal) else None


def concerns(forms: Iterable[Form], answers: Answers) -> list[Concern]:
    """Every answer that reports something, most serious first."""
    found = [
        Concern(question.key, means.symptom, means.severity, means.source)
        for form in forms
        for question in form.questions
        if question.key in answers
        for means in question.means
        if means.met(answers[question.key])
    ]
    return sorted(found, key=lambda each: (-each.severity.rank, each.question))


def derived(forms: Iterable[Form], answers: Answers, *, complete: bool) -> dict[Metric, Derived]:
    """The readings that follow from the answers, one a metric.

    Symptoms are one report. Before the check-in is complete a report without symptoms says nothing yet, so there is
    none; once complete it says that they are gone.
    """
    every = list(forms)
    found = {
        question.metric: Derived(question.metric, value, question.unit)
        for form in every
        for question in form.questions
        if question.metric is not None and isinstance(value := answers.get(question.key), Decimal)
    }
    for score, total in scores(every, answers):
        if total is not None:
            found[score.metric] = Derived(score.metric, total, score.unit)
    symptoms = frozenset(each.symptom for each in concerns(every, answers))
    if symptoms or complete:
        found[Metric.SYMPTOMS] = Derived(Metric.SYMPTOMS, Decimal(len(symptoms)), "{count}", symptoms)
    return found
