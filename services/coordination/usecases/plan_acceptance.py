"""A proposed plan becomes needs when a coordinator accepts it, as it is or adjusted."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.coordination.domain.plan_adjustments import NothingProposed
from services.coordination.store import calendars, needs, obligations
from services.coordination.usecases import plan_steps, plans, readmissions, risk_scores
from services.coordination.usecases.discharge_facts import told_of
from services.coordination.usecases.discharges import ACCEPT
from services.coordination.usecases.need_work import Note
from services.coordination.usecases.plans import Adjusted
from services.coordination.usecases.stay_views import with_plan
from services.coordination.usecases.stays import changing, touch
from shared.contracts.coordination.plan_adjustments import AdjustPlan
from shared.contracts.coordination.stays import StayWithPlan
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import PlanState, StayState, WithdrawReason


async def accept(
    tx: Session, stay_id: UUID, body: AdjustPlan, *, version: int, actor: Actor, now: datetime
) -> StayWithPlan:
    """Open the needs of a proposed plan. Their clocks start at the discharge, whenever it is accepted.

    Raises:
        NotFound, Stale.
        NothingProposed: the stay has no plan that waits.
        NotInPlan, AdjustedTwice, DueBeyondLimit: an adjustment does not fit the plan.
    """
    row, patient = await changing(tx, stay_id, version)
    waiting = None if row.plan is None else plans.kept_of(row.plan)
    if waiting is None or waiting.state is not PlanState.PROPOSED or row.state != StayState.FINISHED:
        raise NothingProposed("No plan of this stay waits to be accepted. Read the stay.")
    told, calendar = told_of(row), await calendars.calendar(tx, row.time_zone, of=row.patient_id)
    adjusted = (*waiting.adjusted, Adjusted(body, actor.person, now))
    kept = plans.with_plan(waiting, await plans.computed(tx, patient, told, calendar))
    kept = replace(kept, state=PlanState.ACCEPTED, adjusted=adjusted)
    plans.check(kept)
    asked = plans.asked(row, told, kept, calendar, actor.person, now)
    steps = await plan_steps.difference(tx, patient, row, told, asked, now=now, lock=True)
    plans.keep(row, kept)
    touch(row, now)
    note = Note(by=actor.person, now=now, done_at=row.ended_at, text=f"stay {row.id}")
    await plan_steps.apply(tx, patient, row, steps, note, WithdrawReason.CORRECTED)
    await readmissions.came_back(tx, patient, row, by=actor.person, now=now)
    await obligations.close(tx, source="stay", source_id=row.id, stage=ACCEPT, now=now)
    await tx.flush()
    rows = await needs.from_stay(tx, row.patient_id, row.id)
    return await with_plan(tx, row, rows, await risk_scores.latest(tx, row.id), actor=actor, now=now)
