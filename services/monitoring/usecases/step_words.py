"""A step's answer and everything it was computed from, as it is kept with a change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.step_rules import Answer
from services.monitoring.domain.steps import Facts, Refusal
from services.monitoring.usecases import plan_words
from services.monitoring.usecases.step_facts import Case
from shared.contracts.monitoring.plan_changes import LockRead, RefusalRead, StepAnswer
from shared.vocabulary import Metric, StepRefusal


def inputs(case: Case) -> dict[str, Any]:
    """The snapshot: who asked, the order and its bounds, the medicine, every reading looked at, what was found."""
    facts, found = case.facts, case.facts.assessment
    return {
        "at": facts.now.isoformat(),
        "person": facts.person,
        "roles": sorted(facts.roles),
        "protocol_path_on": facts.path_on,
        "enrollment": facts.enrollment,
        "consented": facts.consented,
        "deceased": facts.deceased,
        "adult": facts.adult,
        "circumstances": sorted(facts.circumstances),
        "medicine": plan_words.kept(case.medicine),
        "standing_order": _order(case),
        "patient_order": _patient_order(facts),
        "critical_alerts": [str(each) for each in facts.critical_alerts],
        "proposal_open": facts.proposal_open,
        "earlier_steps": [each.effective_at.isoformat() for each in facts.past],
        "assessment": {
            "acute_illness": found.acute_illness,
            "vomiting": found.vomiting,
            "steroid_change": found.steroid_change,
            "pregnancy": found.pregnancy,
            "cause_of_low": found.cause_of_low,
            "signs": sorted(found.signs),
        },
        "readings": [_reading(case, each) for each in _shown(facts)],
    }


def answer(found: Answer, case: Case, *, cosign_due: datetime | None) -> StepAnswer:
    """The answer in the words of the contract."""
    return StepAnswer(
        decision=found.decision,
        allowed_doses=list(found.allowed),
        unit=case.medicine.unit,
        refusals=[refusal(each) for each in found.refusals],
        locks=[LockRead(reason=reason, until=until) for reason, until in found.locks],
        workings=list(found.workings),
        rule_version=found.version,
        temporary_days=found.temporary_days,
        cosign_due=cosign_due,
        inputs=inputs(case),
    )


def refusal(each: Refusal) -> RefusalRead:
    """One reason why not."""
    return RefusalRead(code=each.code, sentence=each.sentence, citation=each.citation, until=each.until)


def refusals_of(kept: Iterable[Mapping[str, Any]]) -> list[RefusalRead]:
    """The reasons kept with a change."""
    return [RefusalRead(**{**each, "code": StepRefusal(each["code"])}) for each in kept]


def _order(case: Case) -> dict[str, Any] | None:
    order = case.facts.order
    if order is None:
        return None
    text = case.order.text if case.order is not None else {}
    return {"id": str(order.id), "key": order.key, "number": order.number, "state": order.state, "text": text}


def _patient_order(facts: Facts) -> dict[str, Any] | None:
    order = facts.patient_order
    if order is None:
        return None
    bounds: dict[str, Decimal] = {name: getattr(order, name) for name in ("min_single", "max_single", "max_daily")}
    return {
        "id": str(order.id),
        "active": order.active,
        "suspended": sorted(order.suspended),
        **{name: str(value) for name, value in bounds.items()},
    }


def _shown(facts: Facts) -> list[Reading]:
    # A sensor sends 288 values a day: of those only the ones that could lock the dose are kept with the change.
    low = {"mg/dL": Decimal(70), "mmol/L": Decimal("3.9")}
    return [
        each
        for each in facts.readings
        if each.metric is not Metric.GLUCOSE_CGM or each.value < low.get(each.unit, Decimal(0))
    ]


def _reading(case: Case, each: Reading) -> dict[str, Any]:
    return {
        "id": reading_id(case.patient.id, each.key),
        "metric": each.metric,
        "value": str(each.value),
        "unit": each.unit,
        "comparator": each.comparator,
        "observed_at": each.observed_at.isoformat(),
        "symptoms": sorted(each.symptoms),
        "context": sorted(each.context),
    }
