"""Waiting for a place with one specialist."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.contracts.base import In, LongText, Versioned
from shared.vocabulary import Priority, Specialty, WaitlistState


class JoinWaitlist(In):
    """With whom to wait; ``specialty`` is theirs, where it is meant to be another one than usually meets the need."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"specialist_id": "00000000-0000-4000-8000-000000000101"}]}
    )

    specialist_id: UUID
    specialty: Specialty | None = None


class AcceptOffer(In):
    """Refer the need to the offered place."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"clinical_question": "Please see this patient and report."}]}
    )

    clinical_question: LongText
    authorization_required: bool = False
    hold_hours: int | None = Field(default=None, ge=1, le=336)
    send: bool = True


class WaitlistRead(Versioned):
    """A need that waits. ``position`` counts from 1 among those who wait for the specialist; null once it is over.

    An offer holds ``slot_id`` until ``offer_until``; not answered it expires, and the next in order is asked.
    """

    need_id: UUID
    patient_id: UUID
    specialist_id: UUID
    priority: Priority
    state: WaitlistState
    position: int | None
    joined_at: datetime
    slot_id: UUID | None
    slot_starts_at: datetime | None
    offer_until: datetime | None
    referral_id: UUID | None
