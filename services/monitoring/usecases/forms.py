"""The published forms, with what each answer does said in words made from the form itself."""

from services.monitoring.domain import answers, forms
from services.monitoring.domain.form import Form, Means, Question
from services.monitoring.domain.scoring import BANDS
from shared.contracts.monitoring.forms import BandRead, FormRead, FormSummary, MeansRead, QuestionRead, ScoreRead
from shared.kit.problems import NotFound
from shared.kit.units import plain


def list_all() -> list[FormSummary]:
    """Every published version."""
    return [
        FormSummary(
            key=form.key,
            version=form.version,
            title=form.title,
            questions=len(form.questions),
            licence=form.licence or None,
        )
        for form in forms.PUBLISHED
    ]


def get(key: str, version: str) -> FormRead:
    """One version with its questions and scores; raises NotFound."""
    form = forms.published(key, version)
    if form is None:
        raise NotFound("form version")
    return read(form)


def read(form: Form) -> FormRead:
    """The form in the words of the contract."""
    follows = form.follows
    return FormRead(
        key=form.key,
        version=form.version,
        title=form.title,
        source=form.source,
        licence=form.licence or None,
        optional=form.optional,
        asked_when=f"{follows.metric} ≥ {plain(follows.at_least)}" if follows is not None else None,
        questions=[_question(each) for each in form.questions],
        scores=[
            ScoreRead(
                metric=each.metric,
                unit=each.unit,
                questions=list(each.questions),
                bands=[BandRead(start=band.start, name=band.name) for band in BANDS[each.metric]],
            )
            for each in form.scores
        ],
    )


def _question(question: Question) -> QuestionRead:
    return QuestionRead(
        key=question.key,
        text=question.text,
        kind=question.kind,
        unit=question.unit or None,
        low=question.low,
        high=question.high,
        options=list(question.options),
        taken=answers.taken(question),
        required=question.required,
        metric=question.metric,
        means=[
            MeansRead(when=_when(each), symptom=each.symptom, severity=each.severity, source=each.source)
            for each in question.means
        ],
    )


def _when(means: Means) -> str:
    if means.equals is not None:
        return "yes" if means.equals is True else f"{means.equals}"
    parts = [f"≥ {plain(means.at_least)}"] if means.at_least is not None else []
    return " and ".join([*parts, f"< {plain(means.below)}"] if means.below is not None else parts)
