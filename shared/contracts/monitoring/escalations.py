"""Who is told of alerts that stay unanswered, and by which hours."""

from datetime import datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from shared.contracts.base import In, Instant, LongText, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.notices import SbarRead
from shared.kit.calendar import known_calendar
from shared.vocabulary import EscalationTier

Deadline = Literal[
    "critical-acknowledge",
    "high-acknowledge",
    "moderate-acknowledge",
    "low-acknowledge",
    "critical-supervisor",
    "critical-on-call-physician",
    "high-lead-nurse",
    "high-covering-physician",
    "moderate-lead-nurse",
]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 14)]


class EscalationRead(Out):
    """One tier taken: who is to be told what; ``due_at`` is when it was due, ``at`` when it was taken.

    ``covered_by``: who covered for the patient's case manager then. ``sbar``: the note as it was written then; null in
    what the patient was told, and in what was taken before notes were kept. The clock stops at the answer of
    ``responder`` (``answered_at``), not when they were told.
    """

    id: UUID
    alert_id: UUID
    patient_id: UUID
    tier: EscalationTier
    told: str
    text: str
    due_at: datetime
    at: datetime
    case_manager: str | None
    covered_by: str | None
    sbar: SbarRead | None
    responder: str | None
    answer: str | None
    read_back: bool | None
    answered_at: datetime | None
    answer_recorded_by: str | None


class AnswerEscalation(In):
    """What whoever was told, or somebody in their place, said is to be done; nobody else is told of the alert then.

    ``read_back``: the answer was read back to them. Needed of what somebody else said; ``responder`` left out: you.
    """

    model_config = example(
        {
            "responder": "Dr. Example, on call",
            "answer": "Send to the ED now; I call them",
            "answered_at": "2026-09-12T03:41:00-04:00",
            "read_back": True,
        }
    )

    responder: Text | None = None
    answer: LongText
    answered_at: Instant | None = Field(default=None, description="When they said it; left out: now.")
    read_back: bool = False


class SetRota(In):
    """The hours in which readings are reviewed, in the practice's zone, and own times in place of the defaults.

    ``minutes`` run by the clock for critical alerts, else within the hours. ``always_covered``: a critical alert is
    watched day and night; otherwise one that comes outside the hours tells the patient that nobody watches.
    """

    model_config = example(
        {"opens": "08:00", "closes": "17:00", "always_covered": False, "minutes": {"high-lead-nurse": 45}}
    )

    opens: time = time(8)
    closes: time = time(17)
    holidays: Annotated[str, AfterValidator(known_calendar)] = "US-federal"
    always_covered: bool = False
    minutes: dict[Deadline, Minutes] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> "SetRota":
        if self.opens >= self.closes or self.opens.tzinfo is not None or self.closes.tzinfo is not None:
            raise ValueError("opens lies before closes, both without an offset")
        return self


class RotaRead(Versioned):
    """The rota, with the organization's id. Version 0: the defaults hold. ``time_zone`` null: each patient's own."""

    time_zone: str | None
    holidays: str
    opens: time
    closes: time
    always_covered: bool
    minutes: dict[str, int]
