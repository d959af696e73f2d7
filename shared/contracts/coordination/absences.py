"""Who is away, and who covers."""

from datetime import datetime

from shared.contracts.base import Code, In, Instant, LongText, Versioned
from shared.contracts.coordination.examples import example


class SayAbsence(In):
    """From when (included) to when (not included) somebody is away; ``person`` left out is the caller."""

    model_config = example(
        {
            "covered_by": "nurse.ben",
            "starts_at": "2026-09-07T00:00:00-04:00",
            "ends_at": "2026-09-19T00:00:00-04:00",
            "note": "Holiday",
        }
    )

    person: Code | None = None
    covered_by: Code
    starts_at: Instant
    ends_at: Instant
    note: LongText | None = None


class AbsenceRead(Versioned):
    """An absence; ``ended_at`` where it ended, or was called off, before its time."""

    person: str
    covered_by: str
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    note: str | None
    said_by: str
    created_at: datetime
    updated_at: datetime
