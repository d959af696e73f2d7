"""Time entries: minutes of one programme for one patient, by one of the staff."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field, model_validator
from pydantic.config import JsonDict

from shared.contracts.base import AllowedAct, Code, In, Instant, LongText, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.vocabulary import Credential, Programme, TimeActivity, TimeContact

_SPENT: JsonDict = {
    "programme": "rpm",
    "credential": "rn",
    "started_at": "2026-09-10T10:00:00-04:00",
    "ended_at": "2026-09-10T10:14:30-04:00",
    "activity": "call",
    "contact": "interactive",
    "note": "Low glucose of the night discussed",
}


class TimeSpent(In):
    """When, on what and by whom; exactly one of ``ended_at`` and ``minutes``. Seconds are kept.

    ``staff`` is a token's subject, the caller's own when left out. ``condition`` is a protocol's key.
    """

    programme: Programme
    staff: Text | None = None
    credential: Credential
    started_at: Instant
    ended_at: Instant | None = None
    minutes: int | None = Field(default=None, ge=1, le=720)
    activity: TimeActivity
    contact: TimeContact = TimeContact.NONE
    condition: Code | None = None
    note: LongText | None = None

    @model_validator(mode="after")
    def _one_end(self) -> "TimeSpent":
        if (self.ended_at is None) == (self.minutes is None):
            raise ValueError("give exactly one of ended_at and minutes")
        return self


class RecordTimeEntry(TimeSpent):
    """Log time for a patient."""

    model_config = example({"patient_id": "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12", **_SPENT})

    patient_id: UUID


class CorrectTimeEntry(TimeSpent):
    """What should have been logged, and why the entry was wrong; the entry stays on record, voided."""

    model_config = example({**_SPENT, "ended_at": "2026-09-10T10:12:00-04:00", "reason": "Ended earlier"})

    reason: Text


class VoidTimeEntry(In):
    """Why an entry does not count."""

    model_config = example({"reason": "Logged for the wrong patient"})

    reason: Text


class TimePiece(Out):
    """The part of an entry that lies on one day of the practice."""

    day: date
    started_at: datetime
    ended_at: datetime
    seconds: int


class TimeEntryRead(Versioned):
    """An entry as logged. ``pieces`` cut it at the midnights of ``zone``, the practice's; months follow from the days.

    ``replaces`` is the entry this one corrects. A voided entry counts nowhere.
    """

    patient_id: UUID
    programme: Programme
    staff: str
    credential: Credential
    started_at: datetime
    ended_at: datetime
    seconds: int
    activity: TimeActivity
    contact: TimeContact
    condition: str | None
    note: str | None
    zone: str
    pieces: list[TimePiece]
    recorded_at: datetime
    recorded_by: str
    replaces: UUID | None
    voided_at: datetime | None
    voided_by: str | None
    void_reason: str | None
    acts: list[AllowedAct]
