"""FHIR QuestionnaireResponse: a form of a check-in as it was filled in, here or elsewhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.api.fhir.questionnaire import OPTIONS, URL
from services.monitoring.domain.form import Given, Question
from services.monitoring.usecases import check_in_responses
from services.monitoring.usecases.check_in_responses import Filled, Sent
from shared.fhir.codes import RESPONSE_STATUS
from shared.fhir.elements import Coding
from shared.fhir.kind import Asked, Draft, Hits, Kind, Link, Stored, as_id, link, linked, meta, to
from shared.fhir.outcome import Note
from shared.fhir.problems import AtPlace, NotAnInstant, SearchRefused, ValueMissing
from shared.fhir.query import Kind as Of
from shared.fhir.query import Query, as_uuids
from shared.fhir.questionnaires import QuestionnaireResponse, ResponseAnswer, ResponseItem
from shared.fhir.times import instant, write
from shared.kit.problems import NotFound
from shared.vocabulary import AnswerKind, CheckInState, ResponseStatus

PARAMETERS = {"patient": Of.REFERENCE, "subject": Of.REFERENCE}
_AT = "QuestionnaireResponse"
_FINISHED = (ResponseStatus.COMPLETED, ResponseStatus.AMENDED)


class NotAFormOfOurs(AtPlace):
    code = "questionnaire-response.form"
    title = "This questionnaire is not one of ours"


class ResponseNotTaken(AtPlace):
    code = "questionnaire-response.status"
    title = "A response in this status cannot be kept"


class AnswerNotOne(AtPlace):
    code = "questionnaire-response.answer"
    title = "One plain answer is expected here"


def links(response: QuestionnaireResponse) -> list[Link]:
    """The patient.

    Raises:
        ValueMissing: none is named.
    """
    patient = link(response.subject, "Patient", f"{_AT}.subject")
    if not patient:
        raise ValueMissing("Say whose answers these are.", expression=f"{_AT}.subject")
    return patient


def to_contract(response: QuestionnaireResponse, patient_id: UUID) -> Sent:
    """The filled-in form.

    Raises:
        NotAFormOfOurs, ResponseNotTaken, AnswerNotOne, NotAnInstant, ValueMissing, CodeUnknown.
    """
    url, _, version = response.questionnaire.partition("|")
    if not url.startswith(URL) or not version:
        raise NotAFormOfOurs(f"Send {URL}key|version, as Questionnaire has it.", expression=f"{_AT}.questionnaire")
    status = RESPONSE_STATUS.read(response.status, at=f"{_AT}.status")
    if status not in (*_FINISHED, ResponseStatus.IN_PROGRESS):
        raise ResponseNotTaken("Send it in-progress, completed or amended.", expression=f"{_AT}.status")
    if not response.item:
        raise ValueMissing("A response without answers says nothing.", expression=f"{_AT}.item")
    return Sent(
        patient_id=patient_id,
        form=url.removeprefix(URL),
        version=version,
        answers=dict(_answer(item, f"{_AT}.item[{index}]") for index, item in enumerate(response.item)),
        asked_at=_authored(response),
        finished=status in _FINISHED,
    )


def to_fhir(filled: Filled) -> QuestionnaireResponse:
    """A form of a check-in as FHIR writes it."""
    read, form = filled.check_in, filled.form
    given = {each.question: each.value for each in read.answers}
    assert read.asked_at is not None
    return QuestionnaireResponse(
        id=f"{read.id}.{form.key}",
        meta=meta(read.version, read.updated_at),
        questionnaire=f"{URL}{form.key}|{form.version}",
        status=RESPONSE_STATUS.write(_status(filled)),
        subject=to("Patient", read.patient_id),
        authored=write(read.asked_at),
        item=[
            ResponseItem(link_id=question.key, answer=[_value(question, given[question.key])])
            for question in form.questions
            if question.key in given
        ],
    )


async def create(asked: Asked, draft: Draft[QuestionnaireResponse]) -> Stored:
    """Keep a form that was filled in elsewhere; an answer that is not kept, and a form that stays open, is noted."""
    patient_id = linked(draft.links, draft.resource.subject, "Patient")
    assert patient_id is not None
    sent = to_contract(draft.resource, patient_id)
    filled = await check_in_responses.take(asked.tx, sent, actor=asked.actor, now=asked.now)
    refused = tuple(Note(each.code, each.detail, _place(sent, each.question)) for each in filled.refused)
    notes = (*draft.notes, *refused)
    return Stored(f"{filled.check_in.id}.{filled.form.key}", filled.check_in.version, notes=notes)


def _place(sent: Sent, question: str | None) -> str:
    return _AT if question is None else f"{_AT}.item[{list(sent.answers).index(question)}]"


async def read(asked: Asked, resource_id: str) -> QuestionnaireResponse:
    """One filled-in form; raises NotFound."""
    check_in, _, form = resource_id.partition(".")
    found = as_id(check_in, "filled-in form")
    return to_fhir(await check_in_responses.get(asked.tx, found, form, actor=asked.actor))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of filled-in forms.

    Raises:
        SearchRefused: neither a patient nor an id was asked for.
    """
    patients, ids = query.one_reference("patient", "subject"), query.one_token("_id")
    if ids is not None:
        found = [one for each in ids if (one := await _found(asked, each.code or "")) is not None]
        low, high = query.between("_lastUpdated")
        known = None if patients is None else {f"Patient/{each}" for each in patients}
        return Hits([one for one in found if _fits(one, known, low, high)])
    if patients is None:
        raise SearchRefused("Search QuestionnaireResponses with patient or _id.")
    page = await check_in_responses.find(
        asked.tx,
        as_uuids(patients),
        query.between("_lastUpdated"),
        limit=query.count,
        cursor=query.cursor,
        actor=asked.actor,
    )
    return Hits([to_fhir(each) for each in page.items], page.next_cursor)


def _fits(found: QuestionnaireResponse, patients: set[str] | None, low: datetime | None, high: datetime | None) -> bool:
    assert found.subject is not None
    assert found.meta is not None
    assert found.meta.last_updated is not None
    at = datetime.fromisoformat(found.meta.last_updated)
    whose = patients is None or found.subject.reference in patients
    return whose and (low is None or at >= low) and (high is None or at < high)


async def _found(asked: Asked, resource_id: str) -> QuestionnaireResponse | None:
    try:
        return await read(asked, resource_id)
    except NotFound:
        return None


def _status(filled: Filled) -> ResponseStatus:
    match filled.check_in.state:
        case CheckInState.COMPLETED:
            return ResponseStatus.AMENDED if filled.check_in.corrected else ResponseStatus.COMPLETED
        case CheckInState.CANCELLED:
            wrong = filled.check_in.settled_reason == "entered-in-error"
            return ResponseStatus.ENTERED_IN_ERROR if wrong else ResponseStatus.STOPPED
    return ResponseStatus.IN_PROGRESS


def _authored(response: QuestionnaireResponse) -> datetime | None:
    if response.authored is None:
        return None
    at = instant(response.authored)
    if at is None:
        raise NotAnInstant("Send the time with its offset: a day is too little.", expression=f"{_AT}.authored")
    return at


def _answer(item: ResponseItem, at: str) -> tuple[str, Any]:
    answers = item.answer or []
    if len(answers) != 1 or item.item:
        raise AnswerNotOne("Send one answer an item, and no items within items.", expression=at)
    one = answers[0]
    coded = one.value_coding.code if one.value_coding is not None else None
    values = [one.value_boolean, one.value_decimal, one.value_integer, one.value_string, coded]
    given = [value for value in values if value is not None]
    if len(given) != 1:
        raise AnswerNotOne("Send a boolean, decimal, integer, string or coding.", expression=f"{at}.answer[0]")
    return item.link_id, given[0]


def _value(question: Question, given: Given) -> ResponseAnswer:
    if isinstance(given, bool):
        return ResponseAnswer(value_boolean=given)
    if isinstance(given, str):
        coded = question.kind is AnswerKind.CHOICE
        coding = Coding(system=OPTIONS, code=given)
        return ResponseAnswer(value_coding=coding) if coded else ResponseAnswer(value_string=given)
    whole = question.kind is AnswerKind.SCALE
    return ResponseAnswer(value_integer=int(given)) if whole else ResponseAnswer(value_decimal=given)


KIND = Kind(QuestionnaireResponse, PARAMETERS, read, search, create=create, links=links)
