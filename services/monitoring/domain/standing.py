"""Whether a change that was decided still stands: judged again at each act, and watched afterwards (§6.4, L9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from services.monitoring.domain.basal_insulin import low_since
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.step_rules import judge
from services.monitoring.domain.steps import Facts, Refusal, Step
from shared.kit.units import plain
from shared.vocabulary import MedicineClass, PlanChangeKind, StepRefusal

WATCHED = timedelta(days=14)
"""[default] How long a nurse's step is watched after it took effect, unless it is closed or goes back before."""
_CITED = "Must be refused by the software (clinical §6.4); what the decider did not know is asked anew [default]"
_SAFETY = frozenset(
    {
        StepRefusal.CRITICAL_ALERT,
        StepRefusal.HYPOGLYCAEMIA_LOCK,
        StepRefusal.FASTING_LOW,
        StepRefusal.SYSTOLIC,
        StepRefusal.POTASSIUM,
        StepRefusal.CREATININE,
        StepRefusal.EGFR_LOW,
        StepRefusal.EGFR_FALL,
        StepRefusal.VOMITING,
        StepRefusal.ILLNESS,
        StepRefusal.STEROID,
    }
)
_LOWERING = frozenset({MedicineClass.BASAL_INSULIN, MedicineClass.MEALTIME_INSULIN, MedicineClass.SULFONYLUREA})
_GIVING = frozenset({PlanChangeKind.START, PlanChangeKind.RESUME})


@dataclass(frozen=True, slots=True)
class Decision:
    """A prescriber's decision that has not taken effect. Doses are single doses; ``decided_at`` is aware."""

    kind: PlanChangeKind
    drug_class: MedicineClass
    dose_before: Decimal | None
    dose_after: Decimal | None
    decided_at: datetime

    @property
    def gives_more(self) -> bool:
        """Whether the patient would get more of the drug than now: less, none or a pause is never held up."""
        more = self.dose_after is not None and (self.dose_before is None or self.dose_after > self.dose_before)
        return self.kind in _GIVING or (self.kind is PlanChangeKind.DOSE and more)


def against_step(step: Step, facts: Facts) -> tuple[Refusal, ...]:
    """What refuses a nurse's step as of now, by the gates and rules it was taken by; empty while it stands."""
    return judge(step, facts).refusals


def contradictions(step: Step, facts: Facts) -> tuple[Refusal, ...]:
    """What came after a nurse's step took effect and would have forbidden it.

    ``facts.medicine`` is the line as it was before the step. Only what tells of harm counts: that a value has grown
    old, or an order ended, does not unmake a step.
    """
    return tuple(each for each in judge(step, facts).refusals if each.code in _SAFETY)


def against_decision(
    decision: Decision, *, criticals: int, readings: Iterable[Reading], deceased: bool
) -> tuple[Refusal, ...]:
    """What a prescriber did not know when they decided to give more; ``criticals``: alerts raised since, still live."""
    found = []
    if deceased:
        found.append(Refusal(StepRefusal.DECEASED, "The patient has died.", _CITED))
    if decision.gives_more and criticals:
        said = "A critical alert was raised after this was decided: ask the prescriber again."
        found.append(Refusal(StepRefusal.CRITICAL_ALERT, said, _CITED))
    low = low_since(readings, decision.decided_at) if decision.drug_class in _LOWERING else None
    if decision.gives_more and low is not None:
        value = f"{plain(low.value)} {low.unit}" if low.unit != "{count}" else "hypoglycaemia with help needed"
        said = f"{value} of {low.observed_at:%Y-%m-%d %H:%M} UTC was not known when this was decided: ask again."
        found.append(Refusal(StepRefusal.HYPOGLYCAEMIA_LOCK, said, _CITED))
    return tuple(found)
