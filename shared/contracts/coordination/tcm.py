"""Transitional care management: evidence of one discharge."""

from datetime import date, datetime
from uuid import UUID

from shared.contracts.base import Out
from shared.vocabulary import TcmCode, TcmState


class TcmCheckRead(Out):
    """One thing that is counted. ``due_on`` is the local day until whose end it counts: of the site that cares for
    the patient, else of the hospital."""

    key: str
    state: TcmState
    because: str
    due_on: date | None
    done_at: datetime | None


class TcmRead(Out):
    """What is on record of the transition after a discharge: it counts evidence and is no billing advice.

    ``code`` is what the evidence reaches; null while something is missing. ``possible`` is the most it can still reach;
    null when it can reach none. Both ends of the period are included.
    """

    stay_id: UUID
    patient_id: UUID
    state: TcmState
    code: TcmCode | None
    possible: TcmCode | None
    first_day: date
    last_day: date
    checks: list[TcmCheckRead]
    missing: list[str]
    notes: list[str]
