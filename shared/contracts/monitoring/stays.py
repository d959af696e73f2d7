"""Hospital stays as monitoring knows them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Instant, Message, Versioned
from shared.contracts.people import PatientSnapshot


class StayProgress(StrEnum):
    """As much of a stay's state as monitoring needs."""

    IN_PROGRESS = "in-progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class PutStay(In):
    """While a stay lasts, missing readings mean nothing; after it the patient is followed at tier high."""

    stay_id: UUID | None = Field(default=None, description="When given, the one in the address.")
    patient: PatientSnapshot
    started_at: Instant
    ended_at: Instant | None = None
    state: StayProgress
    lace: int | None = Field(default=None, ge=0, le=19, description="The LACE index at discharge, when it is known.")


class StayStarted(PutStay, Message):
    """A stay of a monitored patient began."""

    kind: ClassVar[str] = "StayStarted"


class StayEnded(PutStay, Message):
    """A stay of a monitored patient ended or was cancelled."""

    kind: ClassVar[str] = "StayEnded"


class StayRead(Versioned):
    """A stay as monitoring keeps it."""

    patient_id: UUID
    started_at: datetime
    ended_at: datetime | None
    state: StayProgress
