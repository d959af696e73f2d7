"""What was answered, form by form: a check-in as the filled-in forms that it consists of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.monitoring.domain import forms
from services.monitoring.domain.check_in_problems import FormUnknown, NobodyToAsk
from services.monitoring.domain.form import Form
from services.monitoring.store import check_ins as store
from services.monitoring.store import enrollments
from services.monitoring.store.check_ins import CheckInRow
from services.monitoring.usecases import check_in_opening, check_in_words, check_ins
from shared.contracts.base import Page
from shared.contracts.monitoring.check_ins import (
    AnswerCheckIn,
    CheckInRead,
    CompleteCheckIn,
    Contact,
    OpenCheckIn,
    RefusedRead,
)
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import place
from shared.kit.problems import NotFound
from shared.vocabulary import Channel, NotAsked

Between = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Filled:
    """One form as filled in during a check-in; ``refused``: what of it was not kept, or why it is not complete."""

    check_in: CheckInRead
    form: Form
    refused: Sequence[RefusedRead] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was filled in elsewhere: whose, which, when, and whether it is finished."""

    patient_id: UUID
    form: str
    version: str
    answers: dict[str, object]
    asked_at: datetime | None
    finished: bool


async def take(tx: Session, sent: Sent, *, actor: Actor, now: datetime) -> Filled:
    """Keep a form that was filled in elsewhere, as a check-in of its own; it is no conversation.

    Where an answer is refused, or one reports something while a required one is missing, it stays in progress.

    Raises:
        FormUnknown, NobodyToAsk, and what :func:`check_ins.answer` and :func:`check_ins.complete` raise.
    """
    form = forms.published(sent.form, sent.version)
    if form is None:
        raise FormUnknown("There is no such form in this version. Search Questionnaire for those there are.")
    served = [
        each.id for each in await enrollments.followed(tx, sent.patient_id) if form in check_in_opening.forms_of([each])
    ]
    if not served:
        raise NobodyToAsk("The patient is followed under no protocol to which this form belongs.")
    opened = OpenCheckIn(enrollment_ids=served, reason=f"Form {form.key} filled in elsewhere")
    begun = await check_in_opening.open_one(tx, opened, actor=actor, now=now)
    answered = AnswerCheckIn.model_validate({"answers": sent.answers, "asked_at": sent.asked_at})
    read = await check_ins.answer(tx, begun.id, answered, version=begun.version, actor=actor, now=now)
    refused = read.refused
    if sent.finished and not refused:
        others = {each.partition("@")[0] for each in read.asked} - {form.key}
        done = CompleteCheckIn(
            contact=Contact(channel=Channel.PORTAL, interactive=False, note="Filled in elsewhere, received as FHIR"),
            answers=answered.answers,
            not_asked=dict.fromkeys(sorted(others), NotAsked.NOT_APPLICABLE),
        )
        read = await check_ins.complete(tx, read.id, done, version=read.version, actor=actor, now=now)
        refused = read.refused
    return Filled(read, form, refused)


async def get(tx: Session, check_in_id: UUID, form: str, *, actor: Actor) -> Filled:
    """One form of a check-in; raises NotFound, also where it was not begun."""
    row = await store.get(tx, check_in_id)
    audit.saw(tx, row.patient_id, row.id)
    for each in _begun(row):
        if each.key == form:
            return await _filled(tx, row, each, actor)
    raise NotFound("filled-in form")


async def find(
    tx: Session, patient_ids: Sequence[UUID], updated: Between, *, limit: int, cursor: str | None, actor: Actor
) -> Page[Filled]:
    """A page of the filled-in forms of patients, newest check-in first.

    Raises:
        BadCursor: the cursor belongs to another list.
    """
    last = place(cursor, UUID, str)
    rows = await store.begun(tx, patient_ids, updated, upto=last[0] if last else None, limit=limit + 1)
    flat = [(row, form) for row in rows for form in _begun(row)]
    if last is not None:
        keys = [(row.id, form.key) for row, form in flat]
        flat = flat[keys.index(last) + 1 :] if last in keys else flat
    for patient_id in patient_ids:
        audit.saw(tx, patient_id)
    filled = [await _filled(tx, row, form, actor) for row, form in flat[: limit + 1]]
    return page_of(filled, limit, lambda each: each, at=_place)


def _place(filled: Filled) -> tuple[str, str]:
    return str(filled.check_in.id), filled.form.key


def _begun(row: CheckInRow) -> list[Form]:
    return [form for form in forms.pinned(row.forms) if any(key in row.answers for key in form.by_key)]


async def _filled(tx: Session, row: CheckInRow, form: Form, actor: Actor) -> Filled:
    served = (await store.served(tx, [row.id])).get(row.id, [])
    return Filled(check_in_words.read(row, [each.enrollment_id for each in served], actor=actor), form)
