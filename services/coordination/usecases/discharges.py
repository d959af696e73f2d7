"""Discharges: facts choose pathways, pathways ask for needs, needs get their clocks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain.clocks import next_due, start
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.pathways.base import Plan
from services.coordination.domain.reasons import Reason, priority_of
from services.coordination.domain.stays import after, check_discharge, no_plan
from services.coordination.store import calendars, needs, obligations, patients, stays
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import (
    announcements,
    deaths,
    enrollments,
    need_work,
    plans,
    readmissions,
    risk_scores,
    stay_acts,
)
from services.coordination.usecases.discharge_facts import Told, check_body, told_by
from services.coordination.usecases.need_work import Asked
from services.coordination.usecases.plans import Adjusted, Kept
from services.coordination.usecases.stay_views import previewed, with_plan
from services.coordination.usecases.stays import changing, touch
from shared.contracts.coordination.enrollments import EnrollPatient
from shared.contracts.coordination.stays import DischargePreview, DischargeStay, StayWithPlan
from shared.contracts.monitoring.enrollments import Baseline
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.calendar import Calendar
from shared.vocabulary import (
    DischargeDisposition,
    LengthOfStay,
    Metric,
    NeedKind,
    PlanState,
    Priority,
    SourceKind,
    StayState,
)

ACCEPT = "accept-plan"
"""The step of a stay that waits on the worklist while its plan is only proposed."""


async def discharge(
    tx: Session, stay_id: UUID, body: DischargeStay, *, version: int | None, actor: Actor, now: datetime
) -> StayWithPlan:
    """End a stay; the plan's needs are opened, each joined to the open one of its kind. A plan that is only proposed
    waits on the worklist.

    Raises:
        NotFound, Stale, StayActNotAllowed, DiagnosisCodeUnknown.
        DischargeBeforeAdmission, StayInTheFuture: the time cannot be.
        WeightRefused, LabRefused, BaselineRefused: a value cannot be.
        ConsentAhead: a consent has not been given yet.
        NobodyToFollow: the patient died, and is to be followed.
        NotInPlan, AdjustedTwice, DueBeyondLimit: an adjustment does not fit the plan.
    """
    row, patient = await changing(tx, stay_id, version)
    before = stay_acts.standing(row)
    row.state = after(StayState(row.state), "discharge")
    told = told_by(row, body)
    check_discharge(told.started_at, told.ended_at, now)
    check_body(body, now)
    _keep(row, body, now)
    stay_acts.keep(tx, row, "discharge", before, actor=actor, now=now, done_at=row.ended_at)
    if body.disposition is DischargeDisposition.EXPIRED:
        await deaths.in_hospital(tx, patient, body.ended_at, actor=actor, now=now)
    with tx.no_autoflush:  # the stay is written once, with its plan; nothing that is read until then looks at its end
        await readmissions.left(tx, patient, row, by=actor.person, now=now)
        calendar = await calendars.calendar(tx, row.time_zone, of=patient.id)
        kept = await _planned(tx, patient, told, body, calendar, actor, now)
        asked = plans.asked(row, told, kept, calendar, actor.person, now)
        plans.keep(row, kept)
    if kept.state is PlanState.PROPOSED:
        await wait(tx, row, asked, kept, now)
    opened = await _open(tx, patient, row, asked, body, calendar, actor=actor, now=now)
    await readmissions.came_back(tx, patient, row, by=actor.person, now=now)
    risk = None
    if kept.plan.chosen:
        risk = await risk_scores.at_discharge(tx, row, patient, LengthOfStay.MIDNIGHTS, actor=actor, now=now)
    await announcements.stay_changed(tx, patient, row, actor=actor, now=now)
    return await with_plan(tx, row, opened, risk, actor=actor, now=now)


async def preview(tx: Session, stay_id: UUID, body: DischargeStay, *, actor: Actor, now: datetime) -> DischargePreview:
    """What a discharge would lead to; nothing of it is kept.

    Raises:
        NotFound, StayActNotAllowed, DiagnosisCodeUnknown, SeveralPrincipal.
        DischargeBeforeAdmission, StayInTheFuture: the time cannot be.
        WeightRefused, LabRefused, BaselineRefused: a value cannot be.
        ConsentAhead: a consent has not been given yet.
        NobodyToFollow: the patient died, and is to be followed.
        NotInPlan, AdjustedTwice, DueBeyondLimit: an adjustment does not fit the plan.
    """
    row = await stays.get(tx, stay_id)
    after(StayState(row.state), "discharge")
    told = told_by(row, body)
    check_discharge(told.started_at, told.ended_at, now)
    check_body(body, now)
    patient = await patients.get(tx, row.patient_id)
    calendar = await calendars.calendar(tx, row.time_zone, of=patient.id)
    kept = await _planned(tx, patient, told, body, calendar, actor, now)
    asked = plans.asked(row, told, kept, calendar, actor.person, now)
    return await previewed(tx, patient, row, told, kept, asked, now=now)


async def read(tx: Session, stay_id: UUID, *, actor: Actor, now: datetime) -> StayWithPlan:
    """One stay, with the plan of its discharge and the plan's needs as they stand.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await stays.get(tx, stay_id)
    rows = [] if row.plan is None else await needs.from_stay(tx, row.patient_id, row.id)
    return await with_plan(tx, row, list(rows), await risk_scores.latest(tx, row.id), actor=actor, now=now)


async def _planned(
    tx: Session, patient: PatientRow, told: Told, body: DischargeStay, calendar: Calendar, actor: Actor, now: datetime
) -> Kept:
    deceased = patient.deceased_at is not None or body.disposition is DischargeDisposition.EXPIRED
    why_not = no_plan(body.plan, ended_at=body.ended_at, told_at=now, deceased=deceased)
    plan = Plan() if why_not is not None else await plans.computed(tx, patient, told, calendar)
    proposed = body.plan == "propose" and bool(plan.asked)
    kept = Kept(
        plan=plan,
        explanation=why_not or plans.said(plan),
        state=PlanState.PROPOSED if proposed else PlanState.ACCEPTED,
        planned=why_not is None,
        how=body.plan,
        told_at=now,
        pathways=told.pathways,
        owner=body.owner,
        team=body.team,
        adjusted=() if body.adjust is None else (Adjusted(body.adjust, actor.person, now),),
    )
    plans.check(kept)
    return kept


async def wait(tx: Session, row: StayRow, asked: Sequence[Asked], kept: Kept, now: datetime) -> None:
    """A plan that is only proposed stands on the worklist until somebody accepts it."""
    reasons = [one.reason for one in asked]
    await obligations.put(
        tx,
        source="stay",
        source_id=row.id,
        stage=ACCEPT,
        patient_id=row.patient_id,
        due_at=next_due(clock for reason in reasons for clock in reason.clocks),
        priority=priority_of(reasons),
        owner=kept.owner,
        team=kept.team,
        title="Accept the discharge plan",
        now=now,
    )


def _keep(row: StayRow, body: DischargeStay, now: datetime) -> None:
    row.ended_at, row.disposition, row.complexity = body.ended_at, body.disposition.value, body.complexity.value
    row.facts = body.facts.model_dump(mode="json")
    row.ended_because = None
    if body.diagnoses:
        row.diagnoses = [diagnosis.model_dump(mode="json") for diagnosis in body.diagnoses]
    touch(row, now)


async def _open(
    tx: Session,
    patient: PatientRow,
    row: StayRow,
    planned: Sequence[Asked],
    body: DischargeStay,
    calendar: Calendar,
    *,
    actor: Actor,
    now: datetime,
) -> list[NeedRow]:
    waits = row.plan is not None and row.plan["state"] == PlanState.PROPOSED
    asked = [] if waits else list(planned)
    if body.enroll is not None and all(one.kind is not NeedKind.TELEMONITORING for one in asked):
        asked.append(_telemonitoring(row, body, calendar, actor, now))
    if not asked:
        return []
    note = need_work.Note(by=actor.person, now=now, done_at=body.ended_at, text=f"stay {row.id}")
    rows = await need_work.open_or_join(tx, patient, asked, calendar, note)
    if body.enroll is not None:
        need = next(need for need in rows if need.kind == NeedKind.TELEMONITORING)
        await enrollments.request(tx, patient, need, _with_dry_weight(body.enroll, body), actor=actor, now=now)
    return rows


def _with_dry_weight(enroll: EnrollPatient, body: DischargeStay) -> EnrollPatient:
    """The weight at discharge is the dry weight, unless the request names another (clinical §1.3)."""
    weight = body.facts.weight
    if weight is None or any(baseline.metric is Metric.DRY_WEIGHT for baseline in enroll.baselines):
        return enroll
    dry = Baseline(metric=Metric.DRY_WEIGHT, value=weight.value, unit=weight.unit, set_at=body.ended_at)
    return enroll.model_copy(update={"baselines": [*enroll.baselines, dry]})


def _telemonitoring(row: StayRow, body: DischargeStay, calendar: Calendar, actor: Actor, now: datetime) -> Asked:
    assert body.enroll is not None
    reason = Reason(
        source_kind=SourceKind.STAY,
        source_id=str(row.id),
        text=body.enroll.reason,
        priority=Priority.ROUTINE,
        clocks=tuple(start(rule, body.ended_at, calendar) for rule in KINDS[NeedKind.TELEMONITORING].clocks),
        recorded_at=now,
        recorded_by=actor.person,
    )
    return Asked(NeedKind.TELEMONITORING, str(row.id), reason, body.owner, body.team)
