"""What is expected of an enrollment and what is missing; device clouds that went dark."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.base import Code, In, Out, Text
from shared.contracts.coordination.examples import example
from shared.vocabulary import Metric, Severity

_LONGEST_HOURS = 24 * 30


class BlackoutRead(Out):
    """Nothing comes through a device cloud: one finding for all its patients; ``patients`` were looked at."""

    id: UUID
    cloud: str
    began_at: datetime
    found_at: datetime
    patients: int
    ended_at: datetime | None


class ExpectationRead(Out):
    """What is expected, since when it is waited for, and what its absence becomes when.

    ``last_at``: when a reading of it was last received, or for an examination the day it was last done. ``due_on`` and
    ``nudge_on`` are for examinations and check-ins: the day it is due, and the last business day on or before it.
    ``severity`` and ``alert_id`` are set while it is missing. ``low_at`` and ``moderate_at`` are null while nothing is
    expected.
    """

    key: str
    title: str
    metrics: list[Metric]
    citation: str
    last_at: datetime | None
    due_on: date | None
    nudge_on: date | None
    low_at: datetime | None
    moderate_at: datetime | None
    ordered: bool = Field(description="Whether the patient's own order holds in place of the protocol's waits.")
    severity: Severity | None
    alert_id: UUID | None


class OrderReadings(In):
    """How long readings of one kind may stay away for this patient, as ordered, in place of the protocol's waits."""

    model_config = example(
        {
            "expectation": "SILENCE-GLUCOSE-WEEK",
            "per_day": 2,
            "low_hours": 48,
            "moderate_hours": 72,
            "reason": "Starts basal insulin",
        }
    )

    expectation: Code
    per_day: float = Field(gt=0, le=288, description="How many are ordered.")
    low_hours: int = Field(ge=12, le=_LONGEST_HOURS)
    moderate_hours: int = Field(ge=12, le=_LONGEST_HOURS)
    reason: Text

    @model_validator(mode="after")
    def _in_order(self) -> "OrderReadings":
        if self.moderate_hours < self.low_hours:
            raise ValueError("moderate_hours may not be shorter than low_hours")
        return self
