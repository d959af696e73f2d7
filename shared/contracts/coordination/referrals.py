"""One request to one specialist for one need, until the loop is closed."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.contracts.base import AllowedAct, In, Instant, LongText, Name, Out, Text, Versioned
from shared.vocabulary import (
    Channel,
    LoopWaiver,
    Modality,
    Priority,
    ReferralAct,
    ReferralState,
    Specialty,
)


class Attachment(In):
    """A document the receiver needs, by address or by the EHR's document id."""

    title: Name
    url: Text | None = None
    document_id: Text | None = None
    content_type: Text | None = None


class CreateReferral(In):
    """A referral for a need. ``send`` lets it leave at once: to the receiver, or to the payer where it must
    authorize first. ``slot`` is a slot's id, or ``earliest`` for the specialist's first open one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "specialist_id": "00000000-0000-4000-8000-000000000101",
                    "clinical_question": "Heart failure with reduced ejection fraction: titrate therapy?",
                    "priority": "urgent",
                    "slot": "earliest",
                }
            ]
        }
    )

    specialist_id: UUID
    specialty: Specialty | None = Field(
        default=None, description="Their specialty, where it is meant to be another one than usually meets the need."
    )
    clinical_question: LongText
    priority: Priority | None = Field(default=None, description="The need's own when left out.")
    attachments: list[Attachment] = Field(default_factory=list, max_length=50)
    authorization_required: bool = False
    valid_until: date | None = Field(default=None, description="Last local day on which it may be used.")
    slot: UUID | Literal["earliest"] | None = None
    hold_hours: int | None = Field(default=None, ge=1, le=336)
    send: bool = True
    ordered_at: Instant | None = Field(default=None, description="When it was ordered; now when left out.")


class StageRead(Out):
    """What the referral waits for, since when and until when; ``due_at`` null where no clock runs."""

    name: str | None
    title: str | None
    started_at: datetime
    due_at: datetime | None
    explanation: str | None
    overdue: bool
    breached_at: datetime | None


class AuthorizationRead(Out):
    """The payer's authorization."""

    required: bool
    number: str | None
    authorized_at: datetime | None


class VisitRead(Out):
    """The appointment, and when to remind the patient of it."""

    starts_at: datetime
    ends_at: datetime
    modality: Modality
    site_id: UUID | None
    slot_id: UUID | None
    remind_at: list[datetime]


class HoldRead(Out):
    """A slot kept for this referral until ``held_until``."""

    slot_id: UUID
    starts_at: datetime
    held_until: datetime


class ReportRead(Out):
    """The specialist's report."""

    summary: str
    recommendations: list[str]
    document: Attachment | None
    received_at: datetime


class LoopRead(Out):
    """What closing needs (L1): report, clinician's review, patient informed, or the waiver in their place."""

    reported_at: datetime | None
    reviewed_at: datetime | None
    reviewed_by: str | None
    informed_at: datetime | None
    informed_by: Channel | None
    waived_at: datetime | None
    waiver: LoopWaiver | None
    closed_at: datetime | None


class FhirStatusRead(Out):
    """What FHIR R4 calls the state; ``round`` counts the Tasks, for a reopened referral takes a new one."""

    service_request: str
    task: str
    business_status: str | None
    appointment: str | None
    round: int


class ChainRead(Out):
    """One of the referrals of the same need, oldest first; ``reason`` is the last coded one, as why it was declined."""

    id: UUID
    specialist_id: UUID
    specialist_name: str
    state: ReferralState
    reason: str | None
    ordered_at: datetime
    replaces_id: UUID | None


class ActRead(Out):
    """One act of the history: when it was done, when it was recorded, by whom, for which side."""

    sequence: int
    act: ReferralAct
    from_state: ReferralState
    to_state: ReferralState
    actor: str
    done_at: datetime
    recorded_at: datetime
    note: str | None
    details: dict[str, Any]


class PersonRead(Out):
    """Whom the referral is about: what the receiver needs to know them by."""

    id: UUID
    family: str
    given: str
    birth_date: date


class ReferralBrief(Versioned):
    """A referral in a list."""

    need_id: UUID
    patient_id: UUID
    specialist_id: UUID
    state: ReferralState
    priority: Priority
    stage_due_at: datetime | None
    visit_starts_at: datetime | None
    ordered_at: datetime
    created_at: datetime


class ReferralRead(Versioned):
    """A whole referral, with the acts this caller may take now and the reason for each they may not."""

    need_id: UUID
    patient: PersonRead
    specialist_id: UUID
    specialist_name: str
    specialty: Specialty
    state: ReferralState
    stage: StageRead
    priority: Priority
    clinical_question: str
    attachments: list[Attachment]
    ordered_at: datetime
    valid_until: date | None
    authorization: AuthorizationRead
    hold: HoldRead | None
    visit: VisitRead | None
    no_shows: int
    cancel_requested_at: datetime | None
    return_requested_at: datetime | None
    closed_elsewhere_at: datetime | None
    seen_at: datetime | None
    replaces_id: UUID | None
    report: ReportRead | None
    loop: LoopRead
    fhir: FhirStatusRead
    acts: list[AllowedAct]
    chain: list[ChainRead]
    history: list[ActRead]
