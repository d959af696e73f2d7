"""Enrollments: one patient followed under one version of one protocol."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from shared.contracts.base import ONE_LINE, AllowedAct, Code, In, Instant, Message, Name, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.consents import CONSENT, ConsentRead, GiveConsent
from shared.contracts.people import PatientSnapshot
from shared.vocabulary import EndReason, EnrollmentState, Metric, ReviewKind, RiskTier

Unit = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=ONE_LINE)]

_BASELINE: JsonDict = {"metric": "dry_weight", "value": 81.0, "unit": "kg", "set_at": "2026-09-04T15:20:00-04:00"}
_REQUEST: JsonDict = {
    "patient": {
        "version": 1,
        "identifiers": [{"system": "https://example.org/mrn", "value": "EX-30573"}],
        "family": "Example",
        "given": "Carl",
        "birth_date": "1952-03-03",
        "sex": "male",
        "time_zone": "America/New_York",
    },
    "protocol": "heart-failure",
    "tier": "high",
    "case_manager": "dev.case_manager",
    "reason": "Discharged after heart failure",
    "baselines": [_BASELINE],
    "consents": [CONSENT],
}


class Baseline(In):
    """A value of this patient that rules compare with, such as the dry weight at discharge."""

    model_config = example(_BASELINE)

    metric: Metric
    value: Decimal = Field(max_digits=20, decimal_places=8, allow_inf_nan=False)
    unit: Unit
    set_at: Instant


PRESCRIBER = "The subject of a prescriber's token: registered on that day (/v1/prescribers), and not who writes this."


class Override(In):
    """A named prescriber takes responsibility for following a patient whom the defaults do not fit."""

    prescriber: Name = Field(description=PRESCRIBER)
    reason: Text


class RequestEnrollment(In):
    """Ask to follow a patient; exactly one of ``patient_id`` (monitoring's) and ``patient``.

    ``circumstances`` are what may exclude a patient, such as pregnancy or dialysis; one that nothing asks about is
    refused with those there are. ``request_id`` is the need this answers: the same one again gives the same enrollment.
    ``inpatient_since`` is for a patient still in hospital.
    To ``start`` active, the patient's consent to monitoring must be among ``consents``.
    The newest ended enrollment under the same protocol is the previous one; its baselines named in
    ``carry_baselines`` hold on.
    """

    model_config = example(_REQUEST)

    request_id: UUID | None = None
    patient_id: UUID | None = None
    patient: PatientSnapshot | None = None
    protocol: Code
    tier: RiskTier
    case_manager: Text | None = None
    reason: Text
    baselines: list[Baseline] = Field(default_factory=list, max_length=20)
    inpatient_since: Instant | None = None
    circumstances: list[Code] = Field(default_factory=list, max_length=20)
    override: Override | None = None
    carry_baselines: list[Metric] = Field(default_factory=list, max_length=20)
    consents: list[GiveConsent] = Field(default_factory=list, max_length=4)
    start: Literal["active", "referred"] = "active"

    @model_validator(mode="after")
    def _one_patient(self) -> "RequestEnrollment":
        if (self.patient_id is None) == (self.patient is None):
            raise ValueError("give exactly one of patient_id and patient")
        return self


class EnrollmentRequested(RequestEnrollment, Message):
    """Coordination asks monitoring to follow a patient; the answer is the enrollment or why not."""

    kind: ClassVar[str] = "EnrollmentRequested"


class SetTarget(In):
    """A limit of this patient's own in place of a protocol's default.

    ``bound`` is the key of a bound of the protocol's rules, or a goal that decides how often something is examined
    (``a1c.goal``). A looser limit for a critical rule needs the prescriber's name.
    """

    model_config = example(
        {
            "bound": "glucose.high",
            "limit": 270,
            "unit": "mg/dL",
            "reason": "Lives alone, low values are the greater danger",
            "starts_at": "2026-09-10T00:00:00-04:00",
            "review_by": "2026-12-10",
            "prescriber": "dev.prescriber",
        }
    )

    bound: Code
    limit: Decimal = Field(max_digits=20, decimal_places=8, allow_inf_nan=False)
    unit: Unit
    reason: Text
    starts_at: Instant
    review_by: date
    prescriber: Name | None = Field(default=None, description=PRESCRIBER)


class WithdrawTarget(In):
    """Why the protocol's default holds again."""

    model_config = example({"reason": "Reviewed with the prescriber"})

    reason: Text


class BaselineRead(Out):
    """A baseline and who set it."""

    metric: Metric
    value: Decimal
    unit: str
    set_at: datetime
    set_by: str
    expires_at: datetime | None = Field(description="From then on no rule uses it.")
    expiry_reason: str | None
    review_at: datetime | None = Field(description="From then on somebody should confirm it; it is still used.")


class TargetRead(Out):
    """An individual limit: who set it, why, from when, and when it must be looked at again."""

    id: UUID
    bound: str
    limits: dict[str, Decimal]
    author: str
    reason: str
    starts_at: datetime
    review_by: date
    prescriber: str | None
    ends_at: datetime | None


class TierSuggestion(Out):
    """A less close tier that the rule comes to; only a person sets it."""

    tier: RiskTier
    reason: str
    inputs: dict[str, Any]


class ReviewRead(Out):
    """Something to be looked at again, and since when it is known to be."""

    kind: ReviewKind
    subject: str
    sentence: str
    raised_at: datetime


class CircumstanceSpan(Out):
    """A circumstance from an instant until before another; without them ever since, or until further notice."""

    fact: str
    start: datetime | None
    end: datetime | None


class EnrollmentRead(Versioned):
    """``protocol_version`` is pinned: publishing a newer one changes nothing here."""

    patient_id: UUID
    coordination_id: UUID | None
    request_id: UUID | None
    protocol: str
    protocol_version: str
    state: EnrollmentState
    tier: RiskTier
    tier_reason: str
    tier_since: datetime
    tier_suggestion: TierSuggestion | None
    reviews: list[ReviewRead]
    case_manager: str | None
    reason: str
    baselines: list[BaselineRead]
    targets: list[TargetRead]
    consents: list[ConsentRead]
    circumstances: list[str]
    circumstance_spans: list[CircumstanceSpan] = Field(description="Empty while nothing was said of when.")
    override: Override | None
    inpatient_since: datetime | None
    activated_at: datetime | None
    paused_until: datetime | None
    first_reading_at: datetime | None
    ended_at: datetime | None
    end_reason: EndReason | None
    previous_id: UUID | None
    created_at: datetime
    acts: list[AllowedAct]


class EnrollmentActRead(Out):
    """One entry of an enrollment's history."""

    act: str
    at: datetime
    by: str
    reason: str
    before: str | None
    after: str
    inputs: dict[str, Any] | None = Field(description="What a rule decided by.")
