"""Alerts: one episode of one rule for one enrollment, with everything needed to check it by hand."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import AllowedAct, In, Instant, LongText, Out, Text, Versioned
from shared.vocabulary import AlertState, Comparator, Disposition, Metric, Severity

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


class EvidenceRead(Out):
    """A reading as it stood when it became evidence."""

    reading_id: str
    metric: Metric
    value: Decimal
    unit: str
    comparator: Comparator | None
    observed_at: datetime


class AlertRead(Versioned):
    """``arithmetic`` is the calculation that raised it; ``citation`` where the rule comes from.

    ``retrospective``: the evidence arrived more than 24 h after it was measured, so nobody was paged.
    """

    patient_id: UUID
    enrollment_id: UUID
    protocol: str
    protocol_version: int
    rule: str
    title: str
    severity: Severity
    state: AlertState
    retrospective: bool
    opened_at: datetime
    started_at: datetime
    last_evidence_at: datetime
    recovered_at: datetime | None
    arithmetic: str
    citation: str
    evidence: list[EvidenceRead]
    acknowledge_by: datetime | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    snoozed_until: datetime | None
    snooze_reason: str | None
    disposition: Disposition | None
    closure: dict[str, str | None] | None
    settled_by: str | None
    settled_at: datetime | None
    acts: list[AllowedAct]


class AcknowledgeAlert(In):
    """Somebody has seen it and is acting."""

    note: Text | None = None


class SnoozeAlert(In):
    """Quiet until an instant; a worse value in the same direction, or any in the other, still comes through."""

    until: Instant
    reason: Text


class ResolveAlert(In):
    """How it ended (clinical reference, severity and nurse action): what every closure records."""

    disposition: Closing
    assessment: LongText
    action: LongText
    contact_outcome: Text | None = Field(default=None, description="Who was reached, on which channel.")
    informed: Text | None = Field(default=None, description="Who was told.")
    plan: LongText | None = None
    recheck_at: Instant | None = None
