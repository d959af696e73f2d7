"""How a change of the list of medicines is made and kept."""

from datetime import datetime

from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.step_rules import Answer
from services.monitoring.store import plan_changes as store
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.store.plans import PlanRow
from services.monitoring.usecases import panel, plan_words, step_words
from services.monitoring.usecases.plan_change_words import read
from services.monitoring.usecases.step_facts import Case
from shared.contracts.monitoring.plan_changes import Change, PlanChangeRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.vocabulary import PlanChangeKind, PlanChangePath, PlanChangeState


def new(
    plan: PlanRow,
    medicine: Medicine,
    path: PlanChangePath,
    state: PlanChangeState,
    kind: PlanChangeKind,
    actor: Actor,
    now: datetime,
) -> PlanChangeRow:
    """A change of one line of the list, as somebody brings it."""
    return PlanChangeRow(
        id=new_id(),
        organization_id=plan.organization_id,
        patient_id=plan.patient_id,
        plan_id=plan.id,
        medicine_id=medicine.id,
        rxnorm=medicine.rxnorm,
        drug=medicine.name,
        kind=kind,
        path=path,
        state=state,
        priority="routine",
        dose_before=medicine.dose,
        unit=medicine.unit,
        allowed=[],
        refusals=[],
        stopped=[],
        judged_at=now,
        proposed_by=actor.person,
        proposed_at=now,
        version=1,
        created_at=now,
        updated_at=now,
    )


def asked(row: PlanChangeRow, body: Change, medicine: Medicine) -> None:
    """Write down what is asked for."""
    row.reason, row.dose_after = body.reason, body.dose
    if body.kind is PlanChangeKind.START:
        row.dose_before, row.dose_after, row.medicine = None, medicine.dose, plan_words.kept(medicine)


def keep(row: PlanChangeRow, found: Answer, case: Case) -> None:
    """Write down what the step rule answered, and everything it was computed from."""
    row.inputs, row.rule_version = step_words.inputs(case), found.version
    row.allowed = [str(dose) for dose in found.allowed]
    row.refusals = [step_words.refusal(each).model_dump(mode="json") for each in found.refusals]
    row.standing_order_id = case.order.id if case.order is not None else None
    row.patient_order_id = case.patient_order.id if case.patient_order is not None else None
    row.temporary_days = found.temporary_days


async def kept(tx: Session, row: PlanChangeRow, act: str, *, actor: Actor, now: datetime) -> PlanChangeRead:
    """Store a new change with the first line of its history."""
    tx.add(row)
    await tx.flush()
    store.note(tx, row, act, before=None, by=actor.person, at=now)
    await tx.flush()
    audit.saw(tx, row.patient_id, row.id)
    await panel.refresh(tx, [row.patient_id], now=now)
    return read(row, actor=actor, now=now)
