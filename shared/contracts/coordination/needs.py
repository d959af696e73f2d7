"""Needs: one thing this patient requires, why, by when, and how it is met."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from shared.contracts.base import AllowedAct, Code, In, Instant, Message, Out, Text, Versioned
from shared.contracts.coordination.clocks import AskClock, ClockRead
from shared.contracts.coordination.examples import example
from shared.contracts.money import Currency
from shared.contracts.people import Identifier
from shared.vocabulary import (
    ClockKind,
    EvidenceKind,
    MeansKind,
    NeedKind,
    NeedState,
    PathwayKey,
    Priority,
    Role,
    Severity,
    SourceKind,
)

_IDENTIFY: JsonDict = {
    "patient_identifiers": [{"system": "https://example.org/mrn", "value": "EX-10482"}],
    "kind": "alert-follow-up",
    "reason": "Weight up 2.4 kg in a week, alert not settled by phone",
    "source": {"kind": "monitoring-alert", "id": "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a10"},
    "priority": "urgent",
}


class Source(In):
    """Who or what said so; ``id`` is theirs."""

    kind: SourceKind
    id: Code | None = None


class Money(In):
    """An amount in a currency (ISO 4217)."""

    amount: Decimal = Field(ge=0, max_digits=12, decimal_places=2)
    currency: Currency = "USD"


class Means(In):
    """How a need is met: ``id`` names the referral, contact, enrollment or document."""

    kind: MeansKind
    id: Code | None = None
    note: Text | None = None


class Evidence(In):
    """What shows that the work was done, and where that comes from."""

    kind: EvidenceKind
    source: Source | None = None
    note: Text | None = None


class PatientNamed(In):
    """Names a patient: exactly one of coordination's id and the patient's identifiers."""

    patient_id: UUID | None = None
    patient_identifiers: list[Identifier] | None = Field(default=None, min_length=1, max_length=50)

    @model_validator(mode="after")
    def _one_way(self) -> "PatientNamed":
        if (self.patient_id is None) == (self.patient_identifiers is None):
            raise ValueError("give exactly one of patient_id and patient_identifiers")
        return self


class IdentifyNeed(PatientNamed):
    """Say that a patient needs something. It joins an open need of the same kind, or opens one.

    Without ``clocks`` the kind's own clocks start now. ``stay_id`` ties it to a stay.
    """

    model_config = ConfigDict(
        **example(_IDENTIFY), serialize_by_alias=True, validate_by_alias=True, validate_by_name=True
    )

    need: NeedKind = Field(alias="kind")
    reason: Text
    source: Source = Source(kind=SourceKind.COORDINATOR)
    priority: Priority = Priority.ROUTINE
    stay_id: UUID | None = None
    clocks: list[AskClock] = Field(default_factory=list, max_length=5)
    owner: Code | None = None
    team: Code | None = None


class NeedIdentified(IdentifyNeed, Message):
    """Monitoring says that a patient needs something."""

    kind: ClassVar[str] = "NeedIdentified"


class Happened(PatientNamed):
    """Something happened that may meet open needs of a patient.

    ``metric`` tells what was measured; for ``lab-result`` also ``metrics`` for several at once.
    """

    evidence: EvidenceKind
    metric: Code | None = None
    metrics: list[Code] = Field(default_factory=list, max_length=20)
    occurred_at: Instant
    source: Source


class GiveEvidence(Happened):
    """Something happened that may meet open needs of a patient, and for which of them.

    ``need_id`` names the need, or ``need`` its kind. With neither, only needs of which the evidence says it itself are
    met: a visit the face-to-face visit after a discharge, a first reading telemonitoring, a result its laboratory need.
    """

    model_config = example(
        {
            "patient_identifiers": [{"system": "https://example.org/mrn", "value": "EX-10482"}],
            "evidence": "visit",
            "need": "retinal-exam",
            "occurred_at": "2026-09-05T07:05:00-04:00",
            "source": {"kind": "ehr", "id": "visit-20931"},
        }
    )

    need_id: UUID | None = None
    need: NeedKind | None = None

    @model_validator(mode="after")
    def _one_name(self) -> "GiveEvidence":
        if self.need_id is not None and self.need is not None:
            raise ValueError("give need_id or need, not both")
        return self


class NeedEvidence(Happened, Message):
    """Monitoring has seen something that may meet a need."""

    kind: ClassVar[str] = "NeedEvidence"


class ReasonRead(Out):
    """One reason for a need: the rule or person that asked, and the source of the rule."""

    source: Source
    text: str
    pathway: PathwayKey | None
    pathway_version: str | None
    citation: str | None
    priority: Priority
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None


class HistoryRead(Out):
    """One entry of a need's history: ``done_at`` is when, ``recorded_at`` when it was written down."""

    act: str
    from_state: NeedState | None
    to_state: NeedState
    code: str | None
    note: str | None
    done_at: datetime
    recorded_at: datetime
    by: str


class NeedRead(Versioned):
    """A need. ``due_at`` is the earliest due instant of its clocks that still run; ``late`` the clocks breached."""

    patient_id: UUID
    kind: NeedKind
    title: str
    scope: str
    state: NeedState
    priority: Priority
    responsible: Role | None
    owner: str | None
    team: str | None
    reasons: list[ReasonRead]
    clocks: list[ClockRead]
    due_at: datetime | None
    late: list[str]
    earliest_start: date | None
    scheduled_for: datetime | None
    means: Means | None
    evidence: list[Evidence]
    met_through: Means | None
    cost: Money | None
    closed_code: str | None
    closed_note: str | None
    done_at: datetime | None
    created_at: datetime
    updated_at: datetime
    acts: list[AllowedAct]


class BreachRead(Out):
    """A clock that ran out unmet: how serious that is, when it was due, when it was found. Never taken back."""

    clock: str
    clock_kind: ClockKind
    late: str
    severity: Severity
    due_at: datetime
    found_at: datetime


class NeedWithHistory(NeedRead):
    """A need, everything that was done to it, oldest first, and the breaches of its clocks on record."""

    breaches: list[BreachRead]
    history: list[HistoryRead]


class Screened(Out):
    """A screen that was answered, and the needs its answers opened or joined."""

    screen: NeedRead
    needs: list[NeedRead]


class EvidenceOutcome(Out):
    """What a piece of evidence did: ``clocks`` names single clocks it stopped, as ``need-id/key``."""

    met: list[UUID]
    clocks: list[str]
    explanation: str
