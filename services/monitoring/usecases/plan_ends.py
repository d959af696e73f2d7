"""A plan ends, or another takes its place: what waits is cancelled or stopped, signatures for the patient end."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain import plan_ends as rules
from services.monitoring.store import patients, plan_changes, standing_orders
from services.monitoring.store import plan_ends as store
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.store.plans import PlanRow, PlanVersionRow
from services.monitoring.usecases import panel, plan_change_standing, plan_words, plans
from shared.contracts.monitoring.plans import EndPlan, PlanRead, ReplacePlan
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.problems import check_lives, check_version
from shared.vocabulary import PlanChangeState, PlanEndReason


async def end(tx: Session, plan_id: UUID, body: EndPlan, *, version: int, actor: Actor, now: datetime) -> PlanRead:
    """The plan is over; nobody adjusts a dose under a standing order for its patient any more.

    Raises:
        NotFound, Stale, PlanEnded, EndMisdated, TemporaryDoseRuns.
    """
    plan, current = await plans.locked(tx, plan_id)
    check_version(plan.version, version)
    at = body.effective_at or now
    await _over(tx, plan, current, body.reason, at=at, actor=actor, now=now)
    for under in await standing_orders.lasting_for(tx, plan.patient_id):
        under.ended_by, under.ended_at, under.version, under.updated_at = actor.person, now, under.version + 1, now
    made = await plans.add(
        tx, plan, current.content, by=actor.person, reason=f"Plan ends, {body.reason}: {body.note}", at=at
    )
    plan.updated_at = now
    await tx.flush()
    await panel.refresh(tx, [plan.patient_id], now=now)
    return plan_words.read(plan, made)


async def replace(
    tx: Session, plan_id: UUID, body: ReplacePlan, *, version: int, actor: Actor, now: datetime
) -> PlanRead:
    """Another plan begins where this one ends, with the medicines as they are taken; signatures for the patient hold.

    Raises:
        NotFound, Stale, Deceased, PlanEnded, KeyTwice, TemporaryDoseRuns.
    """
    plan, current = await plans.locked(tx, plan_id)
    check_version(plan.version, version)
    check_lives((await patients.get(tx, plan.patient_id)).deceased_at)
    content = plans.revised(current.content, body)
    await _over(tx, plan, current, PlanEndReason.REPLACED, at=now, actor=actor, now=now)
    after = PlanRow(
        id=new_id(),
        organization_id=organization(tx),
        patient_id=plan.patient_id,
        replaces_id=plan.id,
        version=0,
        created_at=now,
        updated_at=now,
    )
    plan.replaced_by_id = after.id
    await plans.add(tx, plan, current.content, by=actor.person, reason=f"Plan replaced: {body.reason}", at=now)
    tx.add(after)
    await tx.flush()
    made = await plans.add(tx, after, content, by=actor.person, reason=body.reason, at=now)
    await panel.refresh(tx, [plan.patient_id], now=now)
    return plan_words.read(after, made)


async def _over(
    tx: Session,
    plan: PlanRow,
    current: PlanVersionRow,
    reason: PlanEndReason,
    *,
    at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    plans.check_lasts(plan)
    rules.check_end(at, now, current.effective_at)
    running = await store.to_return(tx, plan.id)
    rules.check_doses({row.drug for row in running}, reason)
    for row in running:
        row.returned_at = now
        plan_changes.note(tx, row, "return", before=row.state, by=actor.person, at=now, words=f"Plan ends: {reason}")
    for row in await store.open_of_plan(tx, plan.id):
        await _leave(tx, row, reason, by=actor.person, now=now)
    plan.ended_at, plan.ended_by, plan.end_reason = at, actor.person, reason


async def _leave(tx: Session, row: PlanChangeRow, reason: PlanEndReason, *, by: str, now: datetime) -> None:
    to, why = rules.left(PlanChangeState(row.state)), rules.why(reason)
    if to is PlanChangeState.STOPPED:
        await plan_change_standing.stop(tx, row, [why], by=by, now=now)
    elif to is not None:
        before, row.state, row.expires_at = row.state, to, None
        plan_changes.note(tx, row, "end-plan", before=before, by=by, at=now, words=why.sentence)
    row.version, row.updated_at = row.version + 1, now
