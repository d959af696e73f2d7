"""Alerts: one episode of one rule for one enrollment, with everything needed to check it by hand."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import AllowedAct, In, Instant, LongText, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.vocabulary import (
    AlertState,
    Channel,
    ContactOutcome,
    ContactWith,
    Disposition,
    Metric,
    OverrideReason,
    Severity,
)

Closing = Literal[
    "resolved",
    "false-reading",
    "protocol-step",
    "escalated",
    "ED-sent",
    "unable-to-reach",
    "patient-declined",
]
"""The dispositions a person may give; ``source-corrected`` is given by the correction itself."""


class Closure(Out):
    """What a person wrote down when the alert ended."""

    assessment: str
    action: str
    contact_outcome: str | None
    informed: str | None
    plan: str | None
    recheck_at: datetime | None
    letter_sent_at: datetime | None
    override_reason: OverrideReason | None
    rechecked_at: datetime | None
    rechecked_by: str | None
    recheck_found: str | None


class EvidenceRead(Out):
    """What the rule found at one reading. ``text`` is the arithmetic, ``partners`` the other readings in it.

    ``at`` is the instant of the event; for a recheck that did not come, the instant when it was due.
    """

    reading_id: str
    metric: Metric
    observed_at: datetime
    source: str
    partners: list[str]
    at: datetime
    known_at: datetime
    grade: str
    severity: Severity
    text: str
    citation: str
    late: bool


class AlsoUnder(Out):
    """The same event as another protocol sees it."""

    alert_id: UUID
    enrollment_id: UUID
    protocol: str
    rule: str
    severity: Severity


class AlertEvent(Out):
    """Live alerts of one patient under several protocols that rest on the same readings.

    The representative is the most serious, then the earliest; ``leading`` says whether it is this one.
    """

    representative_id: UUID
    leading: bool
    also_under: list[AlsoUnder]


class AlertRead(Versioned):
    """``arithmetic`` is the calculation behind its severity; ``citation`` where the rule comes from.

    ``retrospective``: everything arrived more than 24 h after it was measured, so nobody was paged. ``cleared_at``:
    the first reading at which it was over; a person still closes it. ``event``: null when no alert of another protocol
    rests on the same readings, and in answers to readings, where ``evidence`` is what these added. ``ack_due_at`` and
    ``act_by`` run from ``raised_at``, when it was opened, became worse or its snooze ended; ``escalated_to`` is who was
    told last; ``notice`` is what the patient is told when a critical one comes while nobody watches.
    """

    patient_id: UUID
    enrollment_id: UUID
    protocol: str
    protocol_version: str
    rule: str
    title: str
    severity: Severity
    state: AlertState
    retrospective: bool
    opened_at: datetime
    began_at: datetime
    last_at: datetime
    cleared_at: datetime | None
    arithmetic: str
    citation: str
    asks: str
    evidence: list[EvidenceRead]
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    acknowledge_note: str | None
    snoozed_until: datetime | None
    snooze_reason: str | None
    disposition: Disposition | None
    closure: Closure | None
    settled_by: str | None
    settled_at: datetime | None
    need_asked_at: datetime | None
    event: AlertEvent | None
    raised_at: datetime | None
    ack_due_at: datetime | None
    act_by: datetime | None
    escalated_to: str | None
    notice: str | None
    acts: list[AllowedAct]


class AcknowledgeAlert(In):
    """Somebody has seen it and is acting; the same event under other protocols is seen with it.

    It holds off the first who would be told; who is next is told unless something was done about a high alert, or a
    critical one has ended. Of what was put off the clock begins anew.
    """

    model_config = example({"note": "Calling the patient now"})

    note: Text | None = None
    only_this: bool = Field(default=False, description="Leave the other alerts of the event as they are.")


class SnoozeAlert(In):
    """Quiet until an instant. What is more serious still comes through, any value in the other direction, and one that
    is worse than the worst known at the snooze by the margin of its metric.
    """

    model_config = example(
        {
            "until": "2026-09-09T15:00:00-04:00",
            "reason": "Called, will weigh again this afternoon",
            "reason_code": "recheck-planned",
        }
    )

    until: Instant
    reason: Text
    reason_code: OverrideReason = Field(default=OverrideReason.OTHER, description="Why, as the ledger counts it.")


class ResolveAlert(In):
    """How it ended (clinical reference, severity and nurse action): what every closure records.

    From moderate on: contact_outcome, plan (not for a false reading) and recheck_at, for moderate within 72 h, above
    within 24 h, except after a protocol step, an escalation or the ED; critical, escalated and ED-sent: informed.
    ``unable-to-reach`` needs three recorded attempts on two channels and two business days, a letter, and informed.
    """

    model_config = example(
        {
            "disposition": "protocol-step",
            "assessment": "NYHA III, two pillows, ankle swelling; no red flag",
            "action": "Furosemide doubled for three days under the standing order",
            "contact_outcome": "Reached by phone",
            "informed": "On-call cardiology",
            "plan": "Weigh daily; labs in 7 to 10 days",
            "recheck_at": "2026-09-12T09:00:00-04:00",
        }
    )

    disposition: Closing
    assessment: LongText
    action: LongText
    contact_outcome: Text | None = Field(default=None, description="Who was reached, on which channel.")
    informed: Text | None = Field(default=None, description="Who was told.")
    plan: LongText | None = None
    recheck_at: Instant | None = Field(default=None, description="When it is looked at again.")
    letter_sent_at: Instant | None = Field(default=None, description="The letter after the attempts to reach them.")
    override_reason: OverrideReason | None = Field(
        default=None, description="Why nothing was done, where nothing was; the ledger of burden counts it."
    )


class RecordAttempt(In):
    """A try to reach the patient or a caregiver about an alert."""

    model_config = example(
        {"channel": "phone", "outcome": "no-answer", "at": "2026-09-09T10:12:00-04:00", "note": "Rang ten times"}
    )

    channel: Channel
    contacted: Literal["patient", "caregiver"] = "patient"
    outcome: ContactOutcome
    at: Instant
    note: Text | None = None


class AttemptRead(Out):
    """A try to reach the patient or a caregiver, about this alert or another of the patient's."""

    id: UUID
    alert_id: UUID
    patient_id: UUID
    channel: Channel
    contacted: ContactWith
    outcome: ContactOutcome
    at: datetime
    note: str | None
    by: str
    recorded_at: datetime


class AlertAttempts(Out):
    """The patient's attempts since the alert opened, oldest first.

    ``unable_to_reach`` is null when the alert may be closed so after these, else what is missing.
    """

    items: list[AttemptRead]
    unable_to_reach: str | None
