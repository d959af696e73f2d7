"""A referral as a request, its task and its appointment tell of it: without acts and history."""

from datetime import date, datetime
from uuid import UUID

from shared.contracts.base import Versioned
from shared.vocabulary import Priority, ReferralState


class ReferralRequest(Versioned):
    """What other systems are told of a referral. ``reason`` is the last coded one, as why it was declined."""

    state: ReferralState
    round: int
    need_id: UUID
    patient_id: UUID
    specialist_id: UUID
    specialist_name: str
    priority: Priority
    clinical_question: str
    ordered_at: datetime
    ordered_by: str
    valid_until: date | None
    replaces_id: UUID | None
    reason: str | None
    cancel_requested_at: datetime | None
    visit_starts_at: datetime | None
    visit_ends_at: datetime | None
    updated_at: datetime
