"""Reconciliation of medicines: what was compared and found; open discrepancies become a need."""

from datetime import datetime
from uuid import UUID

from services.monitoring.store import patients
from services.monitoring.store import plans as plan_store
from services.monitoring.store import reconciliations as store
from services.monitoring.store.reconciliations import ReconciliationRow
from services.monitoring.usecases import messages, plans
from shared.contracts.coordination.needs import Source
from shared.contracts.monitoring.plans import DrugDecisionRead, Reconcile, ReconciliationRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.vocabulary import NeedKind, Priority, ReconciliationDecision, SourceKind


async def record(tx: Session, plan_id: UUID, body: Reconcile, *, actor: Actor, now: datetime) -> ReconciliationRead:
    """Write down what was compared and found; it changes no therapy. Raises NotFound."""
    plan, _ = await plans.lasting(tx, plan_id)
    row = ReconciliationRow(
        id=new_id(),
        organization_id=plan.organization_id,
        plan_id=plan.id,
        patient_id=plan.patient_id,
        at=now,
        by=actor.person,
        sources=sorted(set(body.sources)),
        decisions=[each.model_dump(mode="json") for each in body.decisions],
    )
    tx.add(row)
    await tx.flush()
    unclear = [each.drug for each in body.decisions if each.decision is ReconciliationDecision.CLARIFY]
    if unclear:
        patient = await patients.get(tx, plan.patient_id)
        await messages.ask(
            tx,
            messages.person_of(patient),
            kind=NeedKind.MEDICATION_DISCREPANCY,
            reason=f"To clarify: {', '.join(unclear)}"[:500],
            source=Source(kind=SourceKind.RECONCILIATION, id=str(row.id)),
            priority=Priority.ROUTINE,
            actor=actor,
            now=now,
        )
    return _read(row)


async def of_plan(tx: Session, plan_id: UUID) -> list[ReconciliationRead]:
    """A plan's reconciliations, newest first; raises NotFound."""
    plan = await plan_store.get(tx, plan_id)
    audit.saw(tx, plan.patient_id, plan.id)
    return [_read(row) for row in await store.of_plan(tx, plan.id)]


def _read(row: ReconciliationRow) -> ReconciliationRead:
    decisions = [DrugDecisionRead.model_validate(each) for each in row.decisions]
    unclear = sum(each.decision is ReconciliationDecision.CLARIFY for each in decisions)
    names = ("id", "plan_id", "patient_id", "at", "by", "sources")
    return ReconciliationRead(**{name: getattr(row, name) for name in names}, decisions=decisions, open=unclear)
