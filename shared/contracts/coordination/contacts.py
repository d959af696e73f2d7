"""Contacts: outreach attempts and conversations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from pydantic.config import JsonDict

from shared.contracts.base import In, Instant, LongText, Out
from shared.contracts.coordination.examples import example
from shared.vocabulary import Channel, ContactOutcome, ContactWith

_EXAMPLE: JsonDict = {
    "patient_id": "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12",
    "channel": "phone",
    "contacted": "patient",
    "outcome": "reached",
    "started_at": "2026-09-09T10:12:00-04:00",
    "ended_at": "2026-09-09T10:31:00-04:00",
    "note": "Reviewed weights and medicines; teach-back done",
}
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class RecordContact(In):
    """One attempt or conversation. ``need_id`` ties it to one need; otherwise it counts for every open contact need.

    On time is judged by ``started_at``, not by when it is recorded.
    """

    model_config = example(_EXAMPLE)

    patient_id: UUID
    need_id: UUID | None = None
    channel: Channel
    contacted: ContactWith = ContactWith.PATIENT
    outcome: ContactOutcome
    started_at: Instant
    ended_at: Instant | None = None
    interpreter_used: bool = False
    interpreter_language: Language | None = None
    note: LongText | None = None
    call_back_at: Instant | None = Field(
        default=None,
        description="When to try again: a call-back stands on your worklist until the next contact is recorded.",
    )


class ContactRead(Out):
    """A contact. ``interactive``: a conversation that can meet a contact need; ``effect`` says what it did and why.

    ``minutes`` are whole minutes of the conversation, for time logs.
    """

    id: UUID
    patient_id: UUID
    need_id: UUID | None
    channel: Channel
    contacted: ContactWith
    outcome: ContactOutcome
    started_at: datetime
    ended_at: datetime | None
    recorded_at: datetime
    minutes: int | None
    interpreter_used: bool
    interpreter_language: str | None
    note: str | None
    by: str
    interactive: bool
    met: list[UUID]
    effect: str
