"""Proposals with their SBAR notes, a prescriber's own order, a dose held for safety; and reading every change."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.monitoring.domain import plan_changes as rules
from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.plans import unfit
from services.monitoring.domain.step_rules import judge
from services.monitoring.domain.steps import Step
from services.monitoring.store import patients, standing_orders
from services.monitoring.store import plan_changes as store
from services.monitoring.store.plans import PlanRow
from services.monitoring.usecases import (
    notices,
    panel,
    plan_change_notes,
    plan_change_rows,
    plan_words,
    plans,
    prescribers,
)
from services.monitoring.usecases.plan_change_words import read
from services.monitoring.usecases.step_facts import asked, gather, line
from shared.contracts.base import Page
from shared.contracts.monitoring.plan_changes import (
    AssessStep,
    Change,
    HoldDose,
    OrderChange,
    PlanChangeActRead,
    PlanChangeRead,
    ProposeChange,
)
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id
from shared.kit.zones import local_day
from shared.vocabulary import NoticeKind, PlanChangeKind, PlanChangePath, PlanChangeState

_DAY = timedelta(days=1)


async def propose(tx: Session, body: ProposeChange, *, actor: Actor, now: datetime) -> PlanChangeRead:
    """Ask a prescriber; with an assessment, what the step rule answers is kept with it.

    Raises:
        NotFound, PlanEnded, DuplicateChange, ChangeUnfit.
    """
    plan, version = await plans.lasting(tx, body.plan_id)
    state = PlanChangeState.DRAFT if body.draft else PlanChangeState.PROPOSED
    medicine = await _medicine(tx, plan, body, actor, now)
    row = plan_change_rows.new(plan, medicine, PlanChangePath.PROPOSAL, state, body.kind, actor, now)
    plan_change_rows.asked(row, body, medicine)
    row.priority, row.sbar = body.priority, body.sbar.model_dump()
    hours = timedelta(hours=body.answer_within_hours) if body.answer_within_hours else rules.PATIENCE[body.priority]
    row.expires_at = now + hours
    if body.assessment is not None and body.medicine_id is not None:
        step = AssessStep(
            plan_id=plan.id, medicine_id=medicine.id, kind=body.kind, dose=body.dose, assessment=body.assessment
        )
        case = await gather(tx, plan.patient_id, asked(version, step, actor), now=now)
        plan_change_rows.keep(row, judge(Step(body.kind, body.dose), case.facts), case)
        row.temporary_days = None
    return await plan_change_rows.kept(tx, row, "draft" if body.draft else "propose", actor=actor, now=now)


async def order(tx: Session, body: OrderChange, *, actor: Actor, now: datetime) -> PlanChangeRead:
    """A prescriber's own order; somebody else tells the patient.

    Raises:
        NotFound, PlanEnded, NoAuthority, DuplicateChange, ChangeUnfit.
    """
    plan, _ = await plans.lasting(tx, body.plan_id)
    medicine = await _medicine(tx, plan, body, actor, now)
    patient = await patients.get(tx, plan.patient_id)
    await prescribers.require(tx, actor.person, medicine, on=local_day(now, patient.time_zone))
    row = plan_change_rows.new(
        plan, medicine, PlanChangePath.PRESCRIBER, PlanChangeState.ORDERED, body.kind, actor, now
    )
    plan_change_rows.asked(row, body, medicine)
    row.decided_by = row.ordered_by = actor.person
    row.decided_at = row.ordered_at = now
    return await plan_change_rows.kept(tx, row, "order", actor=actor, now=now)


async def hold_dose(tx: Session, body: HoldDose, *, actor: Actor, now: datetime) -> PlanChangeRead:
    """Hold the next dose for safety and call; the list stays as it is.

    Raises:
        NotFound, PlanEnded, HoldInThePast, HoldTooLong, AlreadyHeld, ChangeUnfit.
    """
    plan, version = await plans.lasting(tx, body.plan_id)
    medicine = line(version, body.medicine_id)
    held_until = await store.last_hold(tx, plan.patient_id, medicine.id)
    rules.check_hold(body.until, now, held_until, _DAY / float(medicine.times_per_day))
    if (why := unfit(medicine, PlanChangeKind.HOLD)) is not None:
        raise rules.ChangeUnfit(why)
    row = plan_change_rows.new(
        plan, medicine, PlanChangePath.SAFETY_HOLD, PlanChangeState.EFFECTIVE, PlanChangeKind.HOLD, actor, now
    )
    row.reason, row.informed, row.effective_at = body.reason, body.informed, now
    row.dose_after, row.held_until = Decimal(0), body.until
    row.decision_note = f"Held until {body.until.isoformat()}"
    answer = await plan_change_rows.kept(tx, row, "hold-dose", actor=actor, now=now)
    signed = await standing_orders.for_patient(tx, plan.patient_id, medicine.rxnorm)
    told = [signed[1].signed_by if signed is not None else medicine.prescriber]
    text, until = plan_change_notes.held(row), now + rules.PATIENCE["urgent"]
    await notices.give(tx, row, NoticeKind.DOSE_HELD, told, code="held-for-safety", text=text, now=now, answer_by=until)
    await panel.refresh(tx, [row.patient_id], now=now)
    return answer


async def get(tx: Session, change_id: UUID, *, actor: Actor, now: datetime) -> PlanChangeRead:
    """One change with everything it was decided on; raises NotFound."""
    row = await store.get(tx, change_id)
    audit.saw(tx, row.patient_id, row.id)
    return read(row, actor=actor, now=now)


async def page(
    tx: Session, filters: dict[str, Any], *, limit: int, cursor: str | None, actor: Actor, now: datetime
) -> Page[PlanChangeRead]:
    """Changes, newest first."""
    rows = await store.page(tx, filters, after=after_id(cursor), limit=limit + 1)
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id, row.id)
    return page_of(rows, limit, lambda row: read(row, actor=actor, now=now))


async def history(tx: Session, change_id: UUID) -> list[PlanChangeActRead]:
    """Everything done with a change, oldest first; raises NotFound."""
    row = await store.get(tx, change_id)
    audit.saw(tx, row.patient_id, row.id)
    return [PlanChangeActRead.model_validate(each) for each in await store.history(tx, row.id)]


async def _medicine(tx: Session, plan: PlanRow, body: Change, actor: Actor, now: datetime) -> Medicine:
    if body.medicine is not None:
        medicine = plan_words.begun(body.medicine, prescriber=actor.person, at=now)
    else:
        assert body.medicine_id is not None
        _, version = await plans.locked(tx, plan.id)
        medicine = line(version, body.medicine_id)
        if (why := unfit(medicine, body.kind)) is not None:
            raise rules.ChangeUnfit(why)
    if await store.open_of_drug(tx, plan.patient_id, medicine.rxnorm) is not None:
        raise rules.DuplicateChange("Answer, withdraw or finish the change of this drug that is open first.")
    return medicine
