"""The case manager's panel: who needs me first, and why."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import AllowedAct, Out
from shared.contracts.monitoring.alerts import AlsoUnder
from shared.vocabulary import PanelReason, RiskTier, Severity


class PanelReasonRead(Out):
    """A part of the score. ``key`` = ``due_at`` less ``head_start_hours``, the earliest first.

    ``about`` is the alert (also the one that ended, for a re-check), the change of medicines, the notice, for a target
    its id, and for a review of the tier the enrollment. ``awaits``: the person or the
    role that has to act; null for whoever follows. ``acts`` are those on an alert that the caller may do now.
    """

    kind: PanelReason
    about: UUID
    title: str
    severity: Severity | None
    state: str
    due_at: datetime
    head_start_hours: int
    key: datetime
    overdue: bool
    awaits: str | None
    acts: list[AllowedAct]
    also_under: list[AlsoUnder] = Field(description="The same event as other protocols of this case manager see it.")


class PanelEntryRead(Out):
    """A patient on a case manager's panel, placed by the first of ``reasons``; without any they come last.

    ``severity`` is the highest of the live alerts, ``tier`` the closest of the enrollments.
    """

    id: UUID
    patient_id: UUID
    case_manager: str | None
    protocols: list[str]
    tier: RiskTier
    severity: Severity | None
    rank_key: datetime
    due_at: datetime | None
    overdue: bool
    reasons: list[PanelReasonRead]
