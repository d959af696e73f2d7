"""Readings: one measured value each, kept as it was received."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, JsonValue, StringConstraints
from pydantic.config import JsonDict

from shared.contracts.base import ONE_LINE, Code, In, Moment, Out, Text
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.alerts import AlertRead
from shared.contracts.people import Identifier
from shared.vocabulary import Comparator, ItemOutcome, Metric, ReadingStatus

MAX_ITEMS = 10_000

ReadingId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{40,64}$")]
"""An opaque id derived from what makes a reading one: patient, metric, instant, source."""


def _unverified(context: dict[str, Any]) -> dict[str, Any]:
    if "verified" in context:
        raise ValueError("who may assess says that a value is right: POST /v1/readings/{id}/verify")
    return context


Context = Annotated[dict[Code, bool | Decimal | list[Code] | Text], Field(max_length=20), AfterValidator(_unverified)]
"""Circumstances of a measurement, such as {"fasting": true}, {"meal": "before"} or {"symptoms": ["shaky"]}."""

EXAMPLE: JsonDict = {
    "patient_identifier": {"system": "https://example.org/mrn", "value": "EX-10482"},
    "metric": "body_weight",
    "value": 81.1,
    "unit": "kg",
    "observed_at": "2026-09-05T07:05:00-04:00",
    "source": "scale-17",
}


class RecordReading(In):
    """A value as the device or the person gave it; exactly one of ``patient_id`` and ``patient_identifier``."""

    model_config = example(EXAMPLE)

    patient_id: UUID | None = None
    patient_identifier: Identifier | None = None
    metric: Metric
    value: Decimal = Field(max_digits=20, decimal_places=8, allow_inf_nan=False)
    unit: Annotated[str, StringConstraints(max_length=40, pattern=ONE_LINE)] | None = Field(
        default=None, description="UCUM. A value without its unit is refused and kept as a reading issue."
    )
    comparator: Comparator | None = Field(default=None, description="'<' for a meter's LO, '>' for its HI.")
    observed_at: Moment = Field(description="When it was measured, with the offset of the patient's clock.")
    source: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ONE_LINE)] = Field(
        description="Device or person: the same instant from another source is another reading."
    )
    external_id: Identifier | None = Field(default=None, description="The sender's own id, such as an EHR's.")
    code: Code | None = Field(default=None, description="The code as received, such as LOINC 29463-7.")
    context: Context = Field(
        default_factory=dict,
        description="What was true of the measurement. 'symptoms' is a list of words of the schema Symptom; another "
        "word is put aside for a person (symptom.unknown), and the value and the known words beside it still count.",
    )


class UnreadableItem(Out):
    """An item of a batch that is no reading at all; it costs the others nothing."""

    raw: JsonValue
    code: str
    detail: str


Item = RecordReading | UnreadableItem


class CorrectReading(In):
    """The right value for a reading; what it was before stays in the record as entered-in-error."""

    model_config = example({"value": 147, "unit": "mg/dL", "reason": "Typed 47 for 147"})

    value: Decimal = Field(max_digits=20, decimal_places=8, allow_inf_nan=False)
    unit: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=ONE_LINE)]
    comparator: Comparator | None = None
    context: Context | None = Field(default=None, description="Left as it was when not given.")
    reason: Text


class VerifyReading(In):
    """How it was made sure that a flagged value is right."""

    model_config = example({"how": "Called: weighed twice, same scale, same clothes"})

    how: Text


class VoidReading(In):
    """Why a reading is not to be believed at all."""

    model_config = example({"reason": "The visitor stood on the scale"})

    reason: Text


class ReadingRead(Out):
    """A reading as it stands; values as decimal strings, so that none is rounded on the way."""

    id: ReadingId
    version: int
    patient_id: UUID
    metric: Metric
    value: Decimal
    unit: str
    unit_sent: str | None
    comparator: Comparator | None
    canonical_value: Decimal
    canonical_unit: str
    observed_at: datetime
    utc_offset_minutes: int
    received_at: datetime
    source: str
    code: str | None
    context: dict[str, JsonValue]
    status: ReadingStatus
    flags: list[str]


class ReadingVersionRead(Out):
    """What a reading was before a correction or a void."""

    version: int
    value: Decimal
    unit: str
    comparator: Comparator | None
    status: ReadingStatus
    replaced_at: datetime
    replaced_by: str
    reason: str


class RecordedReading(Out):
    """A reading and the alerts it raised or changed; ``notes`` say what was mapped, and
    what was found that is only recorded (severity info).
    """

    outcome: ItemOutcome
    notes: list[str]
    reading: ReadingRead
    alerts: list[AlertRead]


@dataclass(slots=True)
class ItemResult:
    """What became of the item at ``index`` (from 0) of a batch; ``code`` and ``detail`` say why, when not stored.

    A stored item may have them too, with ``issue_id``: something beside its value was put aside for a person.
    """

    index: int
    outcome: ItemOutcome
    reading_id: str | None
    issue_id: UUID | None
    code: str | None
    detail: str | None
    notes: tuple[str, ...]


class BatchResult(Out):
    """One result per item, in the order sent; the items of one outcome never depend on those of another."""

    stored: int
    duplicate: int
    corrected: int
    conflict: int
    quarantined: int
    refused: int
    items: list[ItemResult]
    alerts: list[AlertRead]


class SeriesRead(Out):
    """Readings of one metric in time order, as arrays of equal length, in the canonical unit.

    ``readings`` are in the window; ``thinned`` says that fewer are shown, every extreme among them. ``truncated``: the
    window holds more than 500,000 and only the first of them were looked at.
    """

    patient_id: UUID
    metric: Metric
    unit: str
    start: datetime
    end: datetime
    readings: int
    thinned: bool
    observed_at: list[datetime]
    values: list[float]
    comparators: list[str | None]
    reading_ids: list[str]
    truncated: bool
