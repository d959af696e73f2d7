"""Who covers for whom while somebody is away, as monitoring keeps it: whom what waits for the absent reaches."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Code, In, Instant, Message, Versioned
from shared.contracts.coordination.examples import example


class PutCover(In):
    """An absence as of coordination's ``version``, from ``starts_at`` (included) to ``ends_at`` (not included)."""

    model_config = example(
        {
            "version": 1,
            "person": "nurse.away",
            "covered_by": "nurse.cover",
            "starts_at": "2026-09-07T00:00:00-04:00",
            "ends_at": "2026-09-19T00:00:00-04:00",
        }
    )

    absence_id: UUID | None = Field(default=None, description="When given, the one in the address.")
    version: int = Field(ge=1)
    person: Code
    covered_by: Code
    starts_at: Instant
    ends_at: Instant
    ended_at: Instant | None = Field(default=None, description="Where it ended, or was called off, before its time.")


class AbsenceChanged(PutCover, Message):
    """Somebody will be away, with who covers; or is back before their time."""

    kind: ClassVar[str] = "AbsenceChanged"


class CoverRead(Versioned):
    """Who covers for whom, from when to when."""

    person: str
    covered_by: str
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
