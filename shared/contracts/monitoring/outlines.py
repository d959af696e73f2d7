"""How a patient is followed, in brief: what coordination shows beside its own."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Out
from shared.contracts.monitoring.summaries import LatestRead
from shared.vocabulary import AlertState, CheckInState, EnrollmentState, RiskTier, Severity


class EnrollmentBrief(Out):
    """One enrollment: under which protocol, where it stands, how closely it is followed."""

    id: UUID
    protocol: str
    protocol_version: str
    state: EnrollmentState
    tier: RiskTier
    tier_reason: str
    tier_since: datetime
    case_manager: str | None
    first_reading_at: datetime | None
    paused_until: datetime | None
    ended_at: datetime | None


class AlertBrief(Out):
    """One alert that still waits for its end."""

    id: UUID
    enrollment_id: UUID
    protocol: str
    title: str
    severity: Severity
    state: AlertState
    opened_at: datetime
    last_at: datetime
    ack_due_at: datetime | None


class CheckInBrief(Out):
    """The check-in that is due next; ``due_on`` is a day on the patient's clock, ``due_at`` its end."""

    id: UUID
    state: CheckInState
    due_on: date
    due_at: datetime


class OutlineRead(Out):
    """``alerts``: the most severe first, no more than 20 of ``alerts_open``; ``latest``: the last 30 days."""

    patient_id: UUID = Field(description="Monitoring's own id of the patient.")
    as_of: datetime
    enrollments: list[EnrollmentBrief]
    alerts: list[AlertBrief]
    alerts_open: int
    latest: list[LatestRead]
    next_check_in: CheckInBrief | None
