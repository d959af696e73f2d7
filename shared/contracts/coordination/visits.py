"""Visits: encounters that are no stay, such as an office visit or a video call."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Code, In, Instant, Text, Versioned
from shared.contracts.people import Identifier
from shared.vocabulary import StayState, VisitClass


class VisitReason(In):
    """Why the patient came, or what kind of visit it was; ``system`` is the address of the code system."""

    system: Text | None = None
    code: Code | None = None
    text: Text | None = None


class RecordVisit(In):
    """A visit as it happened, or as it is going on."""

    patient_id: UUID
    identifiers: list[Identifier] = Field(default_factory=list, max_length=50)
    visit_class: VisitClass
    state: StayState
    started_at: Instant
    ended_at: Instant | None = None
    type: VisitReason | None = None
    reasons: list[VisitReason] = Field(default_factory=list, max_length=100)
    practitioner_id: UUID | None = None
    care_site_id: UUID | None = None


class VisitRead(Versioned):
    """A visit; instants are UTC."""

    patient_id: UUID
    identifiers: list[Identifier]
    visit_class: VisitClass
    state: StayState
    started_at: datetime
    ended_at: datetime | None
    type: VisitReason | None
    reasons: list[VisitReason]
    practitioner_id: UUID | None
    care_site_id: UUID | None
    updated_at: datetime
