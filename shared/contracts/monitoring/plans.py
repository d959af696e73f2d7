"""The treatment plan: goals, medicines, orders and education as versions; nothing changes in place."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict

from shared.contracts.base import Code, In, Instant, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.medicines import GLARGINE, ListedMedicine, MedicineRead
from shared.vocabulary import PlanEndReason, ReconciliationDecision, ReconciliationSource

_GOAL: JsonDict = {"key": "fasting", "text": "Fasting glucose 80 to 130 mg/dL", "review_by": "2026-12-01"}
_ORDER: JsonDict = {"key": "a1c", "text": "A1C every three months"}
_EDUCATION: JsonDict = {"key": "lows", "text": "15 g of sugar for a low, measure again after 15 minutes"}


class PlanLine(In):
    """A goal, an order or a piece of education; ``key`` names it from version to version."""

    model_config = example(_GOAL)

    key: Code
    text: Text
    review_by: date | None = None


class PlanLineRead(Out):
    """A goal, an order or a piece of education."""

    key: str
    text: str
    review_by: date | None


class StartPlan(In):
    """A patient's plan begins. Medicines are those ordered already; only a prescriber or the EHR may list them."""

    model_config = example(
        {
            "patient_id": "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a11",
            "goals": [_GOAL],
            "medicines": [{**GLARGINE, "prescriber": "Dr. Example", "prescribed_at": "2026-08-01T09:00:00-04:00"}],
            "orders": [_ORDER],
            "education": [_EDUCATION],
        }
    )

    patient_id: UUID
    goals: list[PlanLine] = Field(default_factory=list, max_length=50)
    medicines: list[ListedMedicine] = Field(default_factory=list, max_length=80)
    orders: list[PlanLine] = Field(default_factory=list, max_length=80)
    education: list[PlanLine] = Field(default_factory=list, max_length=80)


class RevisePlan(In):
    """A new version of goals, orders or education; what is left out stays. Medicines change by plan changes only."""

    model_config = example({"goals": [_GOAL], "reason": "Goal agreed with the patient"})

    goals: list[PlanLine] | None = Field(default=None, max_length=50)
    orders: list[PlanLine] | None = Field(default=None, max_length=80)
    education: list[PlanLine] | None = Field(default=None, max_length=80)
    reason: Text


def _without_another(reason: PlanEndReason) -> PlanEndReason:
    if reason is PlanEndReason.REPLACED:
        raise ValueError("is said with the plan that takes its place: POST /v1/plans/{id}/replace")
    return reason


class EndPlan(In):
    """The plan is over: why, and since when. What it left open is cancelled or stopped; what is taken stays taken."""

    model_config = example({"reason": "goals-reached", "note": "Fasting glucose in goal for six months"})

    reason: Annotated[PlanEndReason, AfterValidator(_without_another)]
    note: Text
    effective_at: Instant | None = Field(
        default=None, description="When it ended: not ahead, not before it changed last; now by default."
    )


class ReplacePlan(In):
    """Another plan takes its place at once, with the medicines as they are; what is left out is taken over."""

    model_config = example({"goals": [_GOAL], "reason": "Goals set anew after the admission"})

    goals: list[PlanLine] | None = Field(default=None, max_length=50)
    orders: list[PlanLine] | None = Field(default=None, max_length=80)
    education: list[PlanLine] | None = Field(default=None, max_length=80)
    reason: Text


class PlanRead(Versioned):
    """The plan as of an instant; ``version`` is the current one, ``number`` the one shown.

    ``ended_at``: since when it is over, with the reason and who said so; none while it lasts.
    """

    patient_id: UUID
    began_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    end_reason: PlanEndReason | None
    replaces_id: UUID | None
    replaced_by_id: UUID | None
    number: int
    effective_at: datetime
    made_by: str
    reason: str
    plan_change_id: UUID | None
    goals: list[PlanLineRead]
    medicines: list[MedicineRead]
    orders: list[PlanLineRead]
    education: list[PlanLineRead]


class PlanVersionRead(Out):
    """One version in the plan's history."""

    number: int
    effective_at: datetime
    made_by: str
    reason: str
    plan_change_id: UUID | None


class PlanDifference(Out):
    """One thing that differs between two versions, with what it was and is."""

    section: Literal["goals", "medicines", "orders", "education"]
    key: str
    change: Literal["added", "removed", "changed"]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class PlanComparison(Out):
    """What changed from one version to another."""

    plan_id: UUID
    earlier: int
    later: int
    differences: list[PlanDifference]


class DrugDecision(In):
    """What was found for one drug; ``clarify`` is an open discrepancy."""

    drug: Text
    decision: ReconciliationDecision
    reason: Text


class Reconcile(In):
    """The lists that were compared, and what was found for each drug. It changes no therapy: plan changes do."""

    model_config = example(
        {
            "sources": ["discharge-list", "patients-bottles"],
            "decisions": [
                {"drug": "furosemide", "decision": "continue", "reason": "Same on both lists"},
                {"drug": "ibuprofen", "decision": "clarify", "reason": "Bottle at home, on no list"},
            ],
        }
    )

    sources: list[ReconciliationSource] = Field(min_length=2, max_length=5)
    decisions: list[DrugDecision] = Field(min_length=1, max_length=100)


class DrugDecisionRead(Out):
    """What was found for one drug."""

    drug: str
    decision: ReconciliationDecision
    reason: str


class ReconciliationRead(Out):
    """A reconciliation as it was recorded; ``open`` counts the discrepancies that became needs."""

    id: UUID
    plan_id: UUID
    patient_id: UUID
    at: datetime
    by: str
    sources: list[ReconciliationSource]
    decisions: list[DrugDecisionRead]
    open: int
