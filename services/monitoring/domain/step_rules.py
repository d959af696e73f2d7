"""Whether a nurse may take a step of a medicine: what §6.4 says must be refused, then the order's step rule."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.monitoring.domain import basal_insulin, loop_diuretic
from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.step_gates import gates
from services.monitoring.domain.steps import Facts, Order, PatientOrder, Refusal, Step, Steps
from shared.kit.units import plain
from shared.vocabulary import StepDecision, StepRefusal, StepRule

_Rule = Callable[[Facts, Medicine, Order, PatientOrder], Steps]
_UP: dict[StepRule, _Rule] = {
    StepRule.BASAL_INSULIN: basal_insulin.increase,
    StepRule.LOOP_DIURETIC_BURST: loop_diuretic.burst,
}
_DOWN: dict[StepRule, _Rule] = {StepRule.BASAL_INSULIN: basal_insulin.reduction}
_BOUNDS = "Bounds of the standing order (clinical §6.4)"

VERSIONS = {
    StepRule.BASAL_INSULIN: basal_insulin.VERSION,
    StepRule.LOOP_DIURETIC_BURST: loop_diuretic.VERSION,
    StepRule.PROPOSE_ONLY: "propose-only 1.0.0",
}
NUMBERS: dict[StepRule, frozenset[str]] = {
    StepRule.BASAL_INSULIN: frozenset(basal_insulin.Numbers.__dataclass_fields__),
    StepRule.LOOP_DIURETIC_BURST: frozenset(loop_diuretic.Numbers.__dataclass_fields__),
    StepRule.PROPOSE_ONLY: frozenset(),
}
"""The numbers of each rule that an order may set for itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a step: the single doses allowed now, or every reason why not, the first one foremost."""

    decision: StepDecision
    allowed: tuple[Decimal, ...]
    refusals: tuple[Refusal, ...]
    workings: tuple[str, ...]
    locks: tuple[tuple[str, datetime], ...]
    temporary_days: int | None
    version: str | None


def judge(step: Step, facts: Facts) -> Answer:
    """Judge a step to ``step.dose``; without a dose, say what is allowed up or down now."""
    stops = list(gates(step, facts))
    found = list(_computed(step, facts))
    allowed = () if stops else tuple(sorted({dose for each in found for dose in each.allowed}))
    if not stops and (not allowed or (step.dose is not None and step.dose not in allowed)):
        stops += [refusal for each in found for refusal in each.refusals] or list(_outside(step, facts, allowed))
    elif stops:
        stops += [refusal for each in found for refusal in each.refusals]
    # That it is too early is the least of the reasons: it is named first only when it is the only one.
    stops.sort(key=lambda each: each.code is StepRefusal.INTERVAL)
    order = facts.order
    cosign = order is not None and order.cosign_days is not None
    return Answer(
        decision=StepDecision.REFUSE if stops else StepDecision.COSIGN if cosign else StepDecision.ALLOW,
        allowed=allowed,
        refusals=tuple(stops),
        workings=tuple(words for each in found for words in each.workings),
        locks=basal_insulin.locks(facts) if order is not None and order.rule is StepRule.BASAL_INSULIN else (),
        temporary_days=next((each.temporary.days for each in found if each.temporary is not None), None),
        version=VERSIONS[order.rule] if order is not None else None,
    )


def _computed(step: Step, facts: Facts) -> Iterator[Steps]:
    medicine, order, patient = facts.medicine, facts.order, facts.patient_order
    if medicine is None or order is None or patient is None:
        return
    rises = step.dose is None or step.dose > medicine.dose
    falls = step.dose is None or step.dose < medicine.dose
    for wanted, rules in ((rises, _UP), (falls, _DOWN)):
        if wanted and order.rule in rules:
            yield rules[order.rule](facts, medicine, order, patient)


def _outside(step: Step, facts: Facts, allowed: tuple[Decimal, ...]) -> Iterator[Refusal]:
    medicine, order, patient = facts.medicine, facts.order, facts.patient_order
    if step.dose is None or medicine is None or order is None or patient is None:
        return
    known = ", ".join(plain(dose) for dose in allowed) or "none"
    said = f"{plain(step.dose)} {medicine.unit} is outside what the order allows now ({known})"
    change = min(order.max_change, medicine.prescribed_dose * order.max_change_percent / 100)
    daily = min(order.max_daily, patient.max_daily)
    tests = (
        (step.dose < max(order.min_single, patient.min_single), StepRefusal.BELOW_MINIMUM, "below the minimum"),
        (step.dose > min(order.max_single, patient.max_single), StepRefusal.ABOVE_MAXIMUM, "above the single maximum"),
        (step.dose * medicine.times_per_day > daily, StepRefusal.DAILY_MAXIMUM, "above the day's maximum"),
        (abs(step.dose - medicine.prescribed_dose) > change, StepRefusal.CUMULATIVE, "too far from the prescriber's"),
        (True, StepRefusal.STEP, "not one of the steps"),
    )
    for outside, code, words in tests:
        if outside:
            yield Refusal(code, f"{said}: {words}.", _BOUNDS)
