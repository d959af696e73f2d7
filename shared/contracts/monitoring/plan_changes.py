"""Changes of the list of medicines: a nurse's step under a standing order, or a proposal to a prescriber (§6.4)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic.config import JsonDict

from shared.contracts.base import AllowedAct, In, Instant, LongText, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.medicines import Dose, Prescribed
from shared.vocabulary import PlanChangeKind, PlanChangePath, PlanChangeState, StepDecision, StepRefusal, Symptom

_PLAN = "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a11"
_MEDICINE = "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12"
_FOUND: JsonDict = {
    "acute_illness": False,
    "vomiting": False,
    "steroid_change": False,
    "pregnancy": False,
    "cause_of_low": None,
    "signs": [],
}
_STEP: JsonDict = {"plan_id": _PLAN, "medicine_id": _MEDICINE, "dose": 26, "assessment": _FOUND}
_SBAR: JsonDict = {
    "situation": "Fasting glucose 210, 198, 224 mg/dL; the step would pass the cap of the order",
    "background": "Type 2 diabetes, glargine 28 units, last A1C 8.6 %",
    "assessment": "No lows, technique checked, no illness",
    "request": "Glargine 32 units?",
}


class NurseAssessment(In):
    """What the nurse found today; every question is answered. ``cause_of_low``: the clear cause, when there is one."""

    acute_illness: bool
    vomiting: bool
    steroid_change: bool
    pregnancy: bool
    cause_of_low: Text | None
    signs: list[Symptom] = Field(max_length=20)


class AssessStep(In):
    """Ask what is allowed now. Without a dose: which doses are."""

    model_config = example({**_STEP, "dose": None})

    plan_id: UUID
    medicine_id: UUID
    kind: PlanChangeKind = PlanChangeKind.DOSE
    dose: Dose | None = Field(default=None, description="The new single dose.")
    standing_order_id: UUID | None = Field(default=None, description="Otherwise the one signed for this patient.")
    assessment: NurseAssessment


class ApplyStep(AssessStep):
    """Take a step under a standing order. Refused with the reason and the rule; there is no override."""

    model_config = example(_STEP)


class RefusalRead(Out):
    """Why not, the rule that says so, and until when where the reason ends by itself."""

    code: StepRefusal
    sentence: str
    citation: str
    until: datetime | None


class LockRead(Out):
    """No increase until then."""

    reason: str
    until: datetime


class StepAnswer(Out):
    """The answer to a step. ``allowed_doses`` are single doses; ``inputs`` is everything it was computed from."""

    decision: StepDecision
    allowed_doses: list[Decimal]
    unit: str | None
    refusals: list[RefusalRead]
    locks: list[LockRead]
    workings: list[str]
    rule_version: str | None
    temporary_days: int | None
    cosign_due: datetime | None
    inputs: dict[str, Any]


class Sbar(In):
    """The note that goes with every proposal: rule, value and time; diagnoses and drugs; judgement; the question."""

    situation: LongText
    background: LongText
    assessment: LongText
    request: LongText


class Change(In):
    """What is to change: a dose, or to start (``medicine``), stop, hold or resume one."""

    plan_id: UUID
    medicine_id: UUID | None = None
    kind: PlanChangeKind
    dose: Dose | None = Field(default=None, description="The new single dose, for a change of dose.")
    medicine: Prescribed | None = Field(default=None, description="The medicine to start.")
    reason: Text

    @model_validator(mode="after")
    def _fits(self) -> "Change":
        starts = self.kind is PlanChangeKind.START
        if starts != (self.medicine is not None) or starts == (self.medicine_id is not None):
            raise ValueError("to start give medicine, otherwise medicine_id")
        if (self.kind is PlanChangeKind.DOSE) != (self.dose is not None):
            raise ValueError("give dose for a change of dose, and only then")
        return self


class ProposeChange(Change):
    """Ask a prescriber. ``answer_within_hours``: 24 when urgent, 72 otherwise; then the proposal expires."""

    model_config = example(
        {
            "plan_id": _PLAN,
            "medicine_id": _MEDICINE,
            "kind": "dose",
            "dose": 32,
            "reason": "Above goal at the cap of the order",
            "sbar": _SBAR,
            "priority": "urgent",
        }
    )

    sbar: Sbar
    priority: Literal["routine", "urgent"] = "routine"
    answer_within_hours: int | None = Field(default=None, ge=24, le=72)
    draft: bool = False
    assessment: NurseAssessment | None = Field(default=None, description="Keeps what the step rule answered with it.")


class OrderChange(Change):
    """A prescriber's own order; somebody else teaches it to the patient."""

    model_config = example(
        {"plan_id": _PLAN, "medicine_id": _MEDICINE, "kind": "hold", "reason": "Impending ketoacidosis"}
    )


class HoldDose(In):
    """A nurse holds the next dose for safety and calls (own licence); the list itself does not change."""

    model_config = example(
        {
            "plan_id": _PLAN,
            "medicine_id": _MEDICINE,
            "until": "2026-09-10T08:00:00-04:00",
            "reason": "Systolic 84, dizzy",
            "informed": "Dr. Example, on call",
        }
    )

    plan_id: UUID
    medicine_id: UUID
    until: Instant
    reason: Text
    informed: Text = Field(description="The prescriber who was called.")


class PlanChangeRead(Versioned):
    """A change with everything it was decided on. ``dose_before`` and ``dose_after`` are single doses.

    ``judged_at``: when it was last judged again; ``stopped``: what refused it then, before it took effect.
    """

    patient_id: UUID
    plan_id: UUID
    medicine_id: UUID
    rxnorm: str
    drug: str
    kind: PlanChangeKind
    path: PlanChangePath
    state: PlanChangeState
    priority: str
    reason: str
    dose_before: Decimal | None
    dose_after: Decimal | None
    unit: str | None
    medicine: dict[str, Any] | None
    standing_order_id: UUID | None
    rule_version: str | None
    allowed_doses: list[Decimal]
    refusals: list[RefusalRead]
    inputs: dict[str, Any] | None
    sbar: Sbar | None
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    decision_note: str | None
    verbal_recorded_by: str | None
    sign_due: datetime | None
    signed_at: datetime | None
    ordered_by: str | None
    ordered_at: datetime | None
    informed: str | None
    cosign_due: datetime | None
    cosigned_by: str | None
    cosigned_at: datetime | None
    suspended_at: datetime | None
    taught_by: str | None
    taught_at: datetime | None
    taught: str | None
    starts_at: datetime | None
    effective_at: datetime | None
    plan_number: int | None
    temporary_days: int | None
    returns_at: datetime | None
    returned_at: datetime | None
    recheck_on: date | None
    labs_from: date | None
    labs_to: date | None
    held_until: datetime | None
    judged_at: datetime | None
    stopped: list[RefusalRead]
    acts: list[AllowedAct]


class PlanChangeActRead(Out):
    """One line of a change's history."""

    act: str
    at: datetime
    by: str
    before: str | None
    after: str
    note: str | None
