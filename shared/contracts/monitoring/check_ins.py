"""Check-ins: a structured conversation by forms, what was answered, and what that amounts to."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool
from pydantic.config import JsonDict

from shared.contracts.base import AllowedAct, Code, In, Instant, LongText, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.alerts import AlertRead
from shared.vocabulary import (
    Channel,
    CheckInState,
    ContactWith,
    Credential,
    Metric,
    MissReason,
    NotAsked,
    Programme,
    Severity,
)

Answer = StrictBool | Annotated[Decimal, Field(allow_inf_nan=False)] | Text
Answers = Annotated[dict[Code, Answer | None], Field(max_length=200)]
"""By question: yes or no, a number, or a code or text as the form's ``taken`` says; null takes an answer back."""
Reasons = Annotated[dict[Code, NotAsked], Field(max_length=200)]
_ANSWERS: JsonDict = {"heart-failure.nyha": 3, "heart-failure.pillows": 2, "heart-failure.swelling": True}
_CONTACT: JsonDict = {"channel": "phone", "teach_back": "Weighs each morning, calls at 2 lb"}


class OpenCheckIn(In):
    """Check in now, for one or several enrollments of one patient: what they share is asked once."""

    model_config = example(
        {"enrollment_ids": ["018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12"], "reason": "Called about the weight"}
    )

    enrollment_ids: list[UUID] = Field(min_length=1, max_length=10)
    reason: Text


class AnswerCheckIn(In):
    """Some answers, as many as there are by now. Those given before stay; the same question again replaces its answer.

    Each answer is judged by itself: a wrong one is refused with its code under ``refused``, the others are kept.
    ``asked_at`` with the first answers: when the conversation began, now if left out.
    """

    model_config = example({"answers": _ANSWERS})

    answers: Answers = Field(default_factory=dict)
    not_asked: Reasons = Field(default_factory=dict, description="By question, or by form: why it was not asked.")
    asked_at: Instant | None = None


class Contact(In):
    """How the conversation was held. Somebody who needs an interpreter has one, or the contact is not completed."""

    channel: Channel
    contacted: ContactWith = ContactWith.PATIENT
    interactive: bool = Field(default=True, description="A conversation in real time, not a message.")
    interpreter_used: bool = False
    interpreter_language: Code | None = None
    teach_back: LongText | None = Field(default=None, description="What the patient said back in their own words.")
    next_on: date | None = Field(default=None, description="The next contact agreed, a local day.")
    note: LongText | None = None


class MinutesSpent(In):
    """Minutes from the beginning of the conversation, for the time log: a minute counts once, for one programme."""

    programme: Programme
    credential: Credential
    minutes: int = Field(ge=1, le=720)


class CompleteCheckIn(In):
    """The conversation is over: the last answers, reasons for what was not asked, how it was held, and how long.

    While an answer is refused it is not over: the others are kept, and it stays in progress.
    """

    model_config = example({"contact": _CONTACT, "not_asked": {"common.cost": "out-of-time"}})

    contact: Contact
    time: MinutesSpent | None = None
    answers: Answers = Field(default_factory=dict)
    not_asked: Reasons = Field(default_factory=dict)


class MissCheckIn(In):
    """It did not take place, and will not."""

    model_config = example({"reason": "unable-to-reach", "note": "Three attempts by phone and text"})

    reason: MissReason
    note: LongText | None = None


class CancelCheckIn(In):
    """It is not needed; with ``entered-in-error`` what was answered is taken out of use."""

    model_config = example({"reason": "duplicate"})

    reason: Literal["duplicate", "entered-in-error", "not-needed"]
    note: LongText | None = None


class CorrectCheckIn(In):
    """Other answers after completion; null takes one back. Readings and alerts follow, the history stays."""

    model_config = example({"answers": {"heart-failure.nyha": 2}, "reason": "Typed III for II"})

    answers: Annotated[dict[Code, Answer | None], Field(min_length=1, max_length=200)]
    not_asked: Reasons = Field(default_factory=dict)
    reason: Text


class AnswerRead(Out):
    """An answer, who noted it and when."""

    question: str
    value: bool | Decimal | str
    by: str
    at: datetime


class ScoredRead(Out):
    """A score; ``value`` is null while an answer is missing. ``subscales`` by name where it has any."""

    metric: Metric
    value: Decimal | None
    meaning: str | None
    subscales: dict[str, Decimal | None]


class ConcernRead(Out):
    """An answer that somebody should act on."""

    question: str
    symptom: str
    severity: Severity
    source: str


class ContactRead(Out):
    """How the conversation was held."""

    channel: Channel
    contacted: ContactWith
    interactive: bool
    interpreter_used: bool
    interpreter_language: str | None
    teach_back: str | None
    next_on: date | None
    note: str | None
    time_entry_id: UUID | None


class CheckInRead(Versioned):
    """A check-in. ``due_on`` is a day on the patient's clock, ``due_at`` its end. ``asked``: the forms to fill in now.

    ``open_questions`` have neither an answer nor a reason; while there are any it cannot be completed.
    """

    patient_id: UUID
    enrollment_ids: list[UUID]
    scheduled: bool
    state: CheckInState
    due_on: date
    due_at: datetime
    time_zone: str
    reason: str | None
    forms: list[str]
    asked: list[str]
    asked_at: datetime | None
    answers: list[AnswerRead]
    not_asked: dict[str, NotAsked]
    open_questions: list[str]
    scores: list[ScoredRead]
    concerns: list[ConcernRead]
    contact: ContactRead | None
    settled_at: datetime | None
    settled_by: str | None
    settled_reason: str | None
    corrected: bool
    updated_at: datetime
    acts: list[AllowedAct]


class RefusedRead(Out):
    """Why an answer was not kept; without a ``question``, why the check-in was not completed."""

    question: str | None
    code: str
    detail: str


class SavedCheckIn(CheckInRead):
    """A check-in after a save, with the alerts that this save opened or changed, and what of it was refused."""

    alerts: list[AlertRead]
    refused: list[RefusedRead]


class CheckInChangeRead(Out):
    """What one version changed: the answers it replaced, null where there was none."""

    version: int
    act: str
    at: datetime
    by: str
    reason: str | None
    before: dict[str, bool | Decimal | str | None]
