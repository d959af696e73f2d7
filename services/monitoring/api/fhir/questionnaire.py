"""FHIR Questionnaire: the published forms, to be read."""

from collections.abc import Sequence

from services.monitoring.usecases import forms
from shared.contracts.monitoring.forms import FormRead, QuestionRead
from shared.fhir.codes import ITEM_TYPE
from shared.fhir.elements import Coding
from shared.fhir.kind import Asked, Hits, Kind, meta
from shared.fhir.query import Kind as Of
from shared.fhir.query import Query
from shared.fhir.questionnaires import AnswerOption, Questionnaire, QuestionnaireItem
from shared.fhir.times import instant
from shared.kit.problems import NotFound

URL = "urn:careweave:form:"
OPTIONS = "urn:careweave:answer"
"""System of the codes that answer a question of kind choice."""
_ISSUED = "2026-11-22"
_PUBLISHED = instant(f"{_ISSUED}T00:00:00Z")


def name_of(key: str, version: str) -> str:
    """The id of a form's version."""
    return f"{key}-{version}"


def to_fhir(form: FormRead) -> Questionnaire:
    """A form as FHIR writes it."""
    return Questionnaire(
        id=name_of(form.key, form.version),
        meta=meta(1, _PUBLISHED),
        url=f"{URL}{form.key}",
        version=form.version,
        title=form.title,
        status="active",
        subject_type=["Patient"],
        date=_ISSUED,
        copyright=form.licence,
        item=[_item(question) for question in form.questions],
    )


async def read(asked: Asked, resource_id: str) -> Questionnaire:
    """One version of a form; raises NotFound."""
    for form in _all():
        if name_of(form.key, form.version) == resource_id:
            return to_fhir(form)
    raise NotFound("form version")


async def search(asked: Asked, query: Query) -> Hits:
    """A page of forms, in the order of the catalogue."""
    ids, low_high = query.one_token("_id"), query.between("_lastUpdated")
    low, high = low_high
    found = [to_fhir(form) for form in _all()]
    if ids is not None:
        found = [each for each in found if each.id in {one.code for one in ids}]
    assert _PUBLISHED is not None
    if (low is not None and low > _PUBLISHED) or (high is not None and high <= _PUBLISHED):
        found = []
    after = [each.id for each in found].index(query.cursor) + 1 if query.cursor in {each.id for each in found} else 0
    page = found[after : after + query.count]
    return Hits(page, page[-1].id if after + query.count < len(found) else None)


def _all() -> Sequence[FormRead]:
    return [forms.get(each.key, each.version) for each in forms.list_all()]


def _item(question: QuestionRead) -> QuestionnaireItem:
    options = [AnswerOption(value_coding=Coding(system=OPTIONS, code=option)) for option in question.options]
    unit = f" [{question.unit}]" if question.unit and question.metric else ""
    return QuestionnaireItem(
        link_id=question.key,
        text=f"{question.text}{unit}",
        type=ITEM_TYPE.write(question.kind),
        required=question.required,
        answer_option=options or None,
    )


PARAMETERS: dict[str, Of] = {}
KIND = Kind(Questionnaire, PARAMETERS, read, search)
