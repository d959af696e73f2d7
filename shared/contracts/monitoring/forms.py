"""Forms: the questions of a check-in, and what each answer does."""

from decimal import Decimal

from shared.contracts.base import Out
from shared.vocabulary import AnswerKind, Metric, Severity


class MeansRead(Out):
    """What an answer reports: ``when`` in words, the symptom a rule looks for, how serious that is, and the source."""

    when: str
    symptom: str
    severity: Severity
    source: str


class QuestionRead(Out):
    """One question; ``unit`` is UCUM, ``low`` and ``high`` inclusive. With a ``metric`` the answer is a reading.

    ``taken`` says how it is answered, such as "yes or no, or true or false".
    """

    key: str
    text: str
    kind: AnswerKind
    unit: str | None
    low: Decimal | None
    high: Decimal | None
    options: list[str]
    taken: str
    required: bool
    metric: Metric | None
    means: list[MeansRead]


class BandRead(Out):
    """What a score means from ``start`` up to the next band."""

    start: Decimal
    name: str


class ScoreRead(Out):
    """A score over questions; without an answer to each of them there is no total."""

    metric: Metric
    unit: str
    questions: list[str]
    bands: list[BandRead]


class FormSummary(Out):
    """One version of one form."""

    key: str
    version: str
    title: str
    questions: int
    licence: str | None


class FormRead(Out):
    """One version of a form; it never changes. ``asked_when``: the score that asks for it, null for a plain one."""

    key: str
    version: str
    title: str
    source: str
    licence: str | None
    optional: bool
    asked_when: str | None
    questions: list[QuestionRead]
    scores: list[ScoreRead]
