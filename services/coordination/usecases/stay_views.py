"""A stay with its plan, and what a plan would do, as the caller sees them."""

from collections.abc import Sequence
from datetime import datetime

from services.coordination.domain.pathways.choice import TCM_PERIOD
from services.coordination.store import calendars, patients
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import plan_steps, plans, stay_overlaps, tcm
from services.coordination.usecases.discharge_facts import Told, told_of
from services.coordination.usecases.need_views import views
from services.coordination.usecases.need_work import Asked
from services.coordination.usecases.pathways import choice_view, plan_view
from services.coordination.usecases.plans import Kept
from services.coordination.usecases.stays import fields
from shared.contracts.coordination.pathways import NeedChangeRead
from shared.contracts.coordination.risk_scores import RiskRead
from shared.contracts.coordination.stays import DischargePreview, StayWithPlan
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import PlanState


async def with_plan(
    tx: Session, row: StayRow, rows: Sequence[NeedRow], risk: RiskRead | None, *, actor: Actor, now: datetime
) -> StayWithPlan:
    """A stay, its plan with the plan's needs, and the scores of its discharge."""
    plan = counted = None
    if row.plan is not None:
        kept = plans.kept_of(row.plan)
        shown = await views(tx, rows, actor=actor, now=now)
        plan = plan_view(kept, await _proposed(tx, row, kept, actor=actor, now=now), shown)
        if any(window.name == TCM_PERIOD for window in kept.plan.windows):
            counted = await tcm.of_stay(tx, row, rows, now=now)
    also = await stay_overlaps.of(tx, row)
    answer = {**fields(tx, row, actor), "overlaps": also, "plan": plan, "risk": risk, "tcm": counted}
    return StayWithPlan.model_validate(answer)


async def previewed(
    tx: Session, patient: PatientRow, row: StayRow, told: Told, kept: Kept, asked: Sequence[Asked], *, now: datetime
) -> DischargePreview:
    """What a plan would do to the needs that stand."""
    audit.saw(tx, row.patient_id, row.id)
    steps = await plan_steps.difference(tx, patient, row, told, asked, now=now, lock=False)
    changes = [plan_steps.view(step, now) for step in steps]
    return DischargePreview(stay_id=row.id, version=row.version, changes=changes, **choice_view(kept))


async def _proposed(tx: Session, row: StayRow, kept: Kept, *, actor: Actor, now: datetime) -> list[NeedChangeRead]:
    if kept.state is not PlanState.PROPOSED or row.ended_at is None:
        return []
    patient = await patients.get(tx, row.patient_id)
    told, calendar = told_of(row), await calendars.calendar(tx, row.time_zone, of=row.patient_id)
    current = plans.with_plan(kept, await plans.computed(tx, patient, told, calendar))
    asked = plans.asked(row, told, current, calendar, actor.person, now)
    steps = await plan_steps.difference(tx, patient, row, told, asked, now=now, lock=False)
    return [plan_steps.view(step, now) for step in steps]
