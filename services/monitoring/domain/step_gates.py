"""What must be refused before any step rule is asked (clinical §6.4): who, under which document, for whom."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.steps import Facts, Order, Refusal, Required, Step, newest
from shared.kit.units import plain
from shared.vocabulary import (
    EnrollmentState,
    MedicineStatus,
    Metric,
    PlanChangeKind,
    StandingOrderState,
    StepRefusal,
    StepRule,
    Symptom,
)

_CITED = "Must be refused by the software (clinical §6.4)"
_SCOPE = "An RN adjusts a named drug within written steps, and starts or stops none (clinical §6)"
_BLOCKS = "Blocks of the protocol bounds (clinical §6.1)"
_TYPE_1 = "type-1-diabetes"
_PREGNANT = ("pregnancy", "post-partum")
EXCLUDING = frozenset({_TYPE_1, *_PREGNANT})
"""Circumstances in which no step is taken, whatever the order says."""
_YEAR = timedelta(days=365)
_TWO_DAYS, _TWO_WEEKS = timedelta(days=2), timedelta(days=14)
REPORTED: Mapping[StepRefusal, tuple[frozenset[Symptom], timedelta]] = {
    StepRefusal.ILLNESS: (frozenset({Symptom.SICK_DAY, Symptom.EATING_LESS}), _TWO_DAYS),
    StepRefusal.VOMITING: (
        frozenset({Symptom.VOMITING, Symptom.VOMITING_LONG, Symptom.CANNOT_KEEP_FLUIDS}),
        _TWO_DAYS,
    ),
    StepRefusal.STEROID: (frozenset({Symptom.STEROID_COURSE}), _TWO_WEEKS),
}
"""[default] What the patient reported holds a step up for so long, whatever the nurse found today (§6.1, §6.4)."""
_STATES = {
    StandingOrderState.DRAFT: (StepRefusal.NO_ORDER, "The standing order for this drug is not signed."),
    StandingOrderState.SUPERSEDED: (StepRefusal.ORDER_SUPERSEDED, "A newer version of the standing order is signed."),
    StandingOrderState.REVOKED: (StepRefusal.ORDER_REVOKED, "The standing order was revoked."),
    StandingOrderState.EXPIRED: (StepRefusal.ORDER_EXPIRED, "The standing order has expired or is not in force yet."),
}


def gates(step: Step, facts: Facts) -> tuple[Refusal, ...]:
    """Every reason that stands against any step; the first is the one to name."""
    if step.kind is not PlanChangeKind.DOSE:
        said = f"To {step.kind} a medicine is a prescriber's order. Escalate it as a proposal with an SBAR note."
        return (Refusal(StepRefusal.NEW_OR_STOP, said, _SCOPE),)
    return (*_people(facts), *_document(facts), *_patient(facts), *_values(facts))


def _no(code: StepRefusal, sentence: str, citation: str = _CITED) -> Refusal:
    return Refusal(code, sentence, citation)


def _people(facts: Facts) -> Iterator[Refusal]:
    if not facts.path_on:
        said = "Adjustments under standing orders are off in this organization until an administrator and a prescriber"
        yield _no(StepRefusal.PATH_OFF, f"{said} turn them on.", "Off by default (clinical §8.10)")
    if not facts.consented:
        yield _no(StepRefusal.CONSENT_WITHDRAWN, "The patient's consent to monitoring is not in force.")
    if facts.order is not None and facts.enrollment is not EnrollmentState.ACTIVE:
        yield _no(StepRefusal.NO_ENROLLMENT, "The patient has no active enrollment for the order's condition.")
    if facts.deceased:
        yield _no(StepRefusal.DECEASED, "The patient has died.")
    if not facts.adult:
        yield _no(StepRefusal.CHILD, "The patient is under 18 and the order is for adults.")


def _document(facts: Facts) -> Iterator[Refusal]:
    medicine, order = facts.medicine, facts.order
    if medicine is not None and medicine.controlled:
        yield _no(StepRefusal.CONTROLLED, "A controlled substance is changed by a prescriber only.")
    if medicine is None or order is None:
        yield _no(StepRefusal.NO_ORDER, "No signed standing order names this drug.")
        return
    if order.state is not StandingOrderState.SIGNED:
        yield _no(*_STATES[order.state])
    if order.rule is StepRule.PROPOSE_ONLY:
        yield _no(StepRefusal.PROPOSE_ONLY, "This drug is changed on a prescriber's answer only.", "Clinical §6.3")
    yield from _authorised(facts, order)
    yield from _named(medicine, order)
    patient = facts.patient_order
    if patient is None or not patient.active:
        yield _no(StepRefusal.NO_PATIENT_ORDER, "No prescriber has signed this order for this patient.")
    elif facts.person in patient.suspended:
        said = "A co-signature is overdue: the order is suspended for you and this patient until it is given."
        yield _no(StepRefusal.ORDER_SUSPENDED, said)


def _authorised(facts: Facts, order: Order) -> Iterator[Refusal]:
    if not facts.roles & order.roles:
        yield _no(StepRefusal.ROLE, f"The order is for: {', '.join(sorted(order.roles))}.")
    until = order.competent_until.get(facts.person)
    if until is None:
        yield _no(StepRefusal.PERSON, "The order does not name you among those who may use it.")
    elif until < facts.today:
        yield _no(StepRefusal.COMPETENCY, f"Your competency lapsed on {until}.")


def _named(medicine: Medicine, order: Order) -> Iterator[Refusal]:
    if medicine.rxnorm != order.rxnorm:
        yield _no(StepRefusal.DRUG, "The order names another drug.")
    if medicine.route is not order.route:
        yield _no(StepRefusal.ROUTE, f"The order is for the route {order.route}.")
    if medicine.form is not order.form:
        yield _no(StepRefusal.FORM, f"The order is for the form {order.form}.")
    if medicine.concentration != order.concentration:
        named = order.concentration or "no concentration"
        yield _no(StepRefusal.CONCENTRATION, f"The order names {named}; concentrated insulin must be named.", _BLOCKS)
    if medicine.status is not MedicineStatus.ACTIVE:
        yield _no(StepRefusal.NOT_ACTIVE, f"The medicine is {medicine.status}.")


def _patient(facts: Facts) -> Iterator[Refusal]:
    if facts.critical_alerts:
        yield _no(StepRefusal.CRITICAL_ALERT, "A critical alert is open: act on it and close it first.")
    if facts.proposal_open:
        yield _no(StepRefusal.OPEN_PROPOSAL, "A change of this drug waits for its answer or to take effect.")
    said = facts.assessment
    if said.pregnancy or facts.circumstances.intersection(_PREGNANT):
        yield _no(StepRefusal.PREGNANCY, "Adult orders do not hold in pregnancy or post partum.", _BLOCKS)
    if _TYPE_1 in facts.circumstances:
        yield _no(StepRefusal.TYPE_1, "The order is for type 2 diabetes.", _BLOCKS)
    if facts.order is not None and (excluded := facts.circumstances & facts.order.exclusions):
        yield _no(StepRefusal.EXCLUDED, f"The order excludes: {', '.join(sorted(excluded))}.")
    yield from _said(facts, StepRefusal.ILLNESS, said.acute_illness, "The patient is acutely ill.")
    yield from _said(facts, StepRefusal.VOMITING, said.vomiting, "The patient is vomiting.")
    yield from _said(facts, StepRefusal.STEROID, said.steroid_change, "A steroid was started or stopped.")
    if (fall := _egfr_fall(facts)) is not None:
        yield _no(StepRefusal.EGFR_FALL, fall, _BLOCKS)


def _said(facts: Facts, code: StepRefusal, found_today: bool, sentence: str) -> Iterator[Refusal]:
    """What stands against a step by what the nurse found today, or by what the patient reported lately."""
    symptoms, within = REPORTED[code]
    since = facts.now - within
    told = [each for each in facts.readings if each.valid and symptoms & each.symptoms and since < each.observed_at]
    if found_today:
        yield _no(code, sentence, _BLOCKS)
    elif told:
        last = max(told, key=lambda each: each.observed_at)
        named = ", ".join(sorted(symptoms & last.symptoms))
        yield _no(code, f"{sentence} Reported at {last.observed_at:%Y-%m-%d %H:%M} UTC: {named}.", _BLOCKS)


def _egfr_fall(facts: Facts) -> str | None:
    known = [each for each in facts.readings if each.valid and each.metric is Metric.EGFR]
    latest = newest(facts.readings, Metric.EGFR)
    if latest is None:
        return None
    before = [each.value for each in known if latest.observed_at - _YEAR <= each.observed_at < latest.observed_at]
    if not before or latest.value * 100 >= max(before) * 80:
        return None
    return f"eGFR fell from {plain(max(before))} to {plain(latest.value)}, more than 20 %."


def _values(facts: Facts) -> Iterator[Refusal]:
    if facts.order is None or facts.medicine is None:
        return
    since = facts.now - facts.medicine.changed_at
    if since < facts.order.min_interval:
        hours = facts.order.min_interval // timedelta(hours=1)
        until = facts.medicine.changed_at + facts.order.min_interval
        said = f"The dose changed less than {hours} h ago; one step until {until:%Y-%m-%d %H:%M} UTC."
        yield Refusal(StepRefusal.INTERVAL, said, _CITED, until)
    for required in facts.order.required:
        yield from _required(facts, required)


def _required(facts: Facts, required: Required) -> Iterator[Refusal]:
    last = newest(facts.readings, required.metric)
    if last is None:
        yield _no(StepRefusal.MISSING, f"The order requires {required.metric}; there is none.")
    elif facts.now - last.observed_at > required.max_age:
        hours = required.max_age // timedelta(hours=1)
        yield _no(StepRefusal.STALE, f"The last {required.metric} is older than {hours} h.")
