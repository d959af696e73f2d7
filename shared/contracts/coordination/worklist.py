"""The worklist: every open obligation, the most pressing first."""

from datetime import datetime
from uuid import UUID

from shared.contracts.base import Versioned
from shared.vocabulary import ObligationSource, Priority


class WorkRead(Versioned):
    """One piece of work. ``stage`` says which step of its source waits; ``due_at`` is null when undated."""

    source: ObligationSource
    source_id: UUID
    stage: str
    title: str
    patient_id: UUID
    priority: Priority
    due_at: datetime | None
    overdue: bool
    owner: str | None
    team: str | None
