"""Discharges: facts choose pathways, pathways ask for needs, needs get their clocks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.coordination.domain.clocks import start
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.pathways import base
from services.coordination.domain.pathways.base import Plan
from services.coordination.domain.pathways.choice import choose
from services.coordination.domain.reasons import Reason
from services.coordination.domain.stays import RECENT, after, check_discharge
from services.coordination.store import calendars, needs, stays
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import announcements, deaths, enrollments, need_work, readmissions, risk_scores
from services.coordination.usecases.discharge_facts import facts_of
from services.coordination.usecases.need_views import view as need_view
from services.coordination.usecases.pathways import plan_view
from services.coordination.usecases.stays import changing, fields, rule_values, touch
from shared.contracts.coordination.enrollments import EnrollPatient
from shared.contracts.coordination.risk_scores import RiskRead
from shared.contracts.coordination.stays import DischargeStay, StayWithPlan
from shared.contracts.monitoring.enrollments import Baseline
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.calendar import Calendar
from shared.vocabulary import DischargeDisposition, LengthOfStay, Metric, NeedKind, Priority, SourceKind, StayState

_PLAN = TypeAdapter(Plan)


async def discharge(
    tx: Session, stay_id: UUID, body: DischargeStay, *, version: int | None, actor: Actor, now: datetime
) -> StayWithPlan:
    """End a stay; the plan's needs are opened, each joined to the open one of its kind.

    Raises:
        NotFound, Stale, StayActNotAllowed, DiagnosisCodeUnknown.
        DischargeBeforeAdmission, StayInTheFuture: the time cannot be.
    """
    row, patient = await changing(tx, stay_id, version)
    row.state = after(StayState(row.state), "discharge")
    started_at = row.started_at or body.ended_at
    check_discharge(started_at, body.ended_at, now)
    _keep(row, body, now)
    if body.disposition is DischargeDisposition.EXPIRED:
        await deaths.in_hospital(tx, patient, body.ended_at, actor=actor, now=now)
    await readmissions.left(tx, patient, row, by=actor.person, now=now)
    calendar = await calendars.calendar(tx, row.time_zone)
    plan = Plan()
    explanation = _no_plan(body, patient, now)
    if explanation is None:
        facts = await facts_of(tx, row, patient, body, started_at, calendar)
        plan = choose(facts, asked_for=body.pathways)
        explanation = _said(plan)
    row.plan = {"explanation": explanation, **_PLAN.dump_python(plan, mode="json", exclude={"asked"})}
    opened = await _open(tx, patient, row, plan, body, calendar, actor=actor, now=now)
    risk = None
    if plan.chosen:
        risk = await risk_scores.at_discharge(tx, row, patient, LengthOfStay.MIDNIGHTS, actor=actor, now=now)
    await announcements.stay_changed(tx, patient, row, actor=actor, now=now)
    return _with_plan(tx, row, opened, risk, actor=actor, now=now)


async def read(tx: Session, stay_id: UUID, *, actor: Actor, now: datetime) -> StayWithPlan:
    """One stay, with the plan of its discharge and the plan's needs as they stand.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await stays.get(tx, stay_id)
    rows = [] if row.plan is None else await needs.from_stay(tx, row.patient_id, row.id)
    return _with_plan(tx, row, list(rows), await risk_scores.latest(tx, row.id), actor=actor, now=now)


def _keep(row: StayRow, body: DischargeStay, now: datetime) -> None:
    row.ended_at, row.disposition, row.complexity = body.ended_at, body.disposition.value, body.complexity.value
    row.facts = body.facts.model_dump(mode="json")
    row.ended_because = None
    if body.diagnoses:
        rule_values(body.diagnoses)
        row.diagnoses = [diagnosis.model_dump(mode="json") for diagnosis in body.diagnoses]
    touch(row, now)


def _no_plan(body: DischargeStay, patient: PatientRow, now: datetime) -> str | None:
    if patient.deceased_at is not None:
        return "the patient died: no needs were opened"
    if body.plan == "never":
        return "no plan was asked for"
    if body.plan == "recent" and now - body.ended_at > RECENT:
        return f"the discharge is older than {RECENT.days} days: no needs were opened; ask with plan 'always'"
    return None


def _said(plan: Plan) -> str:
    named = [f"{choice.pathway}: {choice.because}" for choice in plan.chosen]
    if not named:
        return "no pathway fits; see passed_over for why, and ask for one by name if it does"
    return "; ".join(named)


async def _open(
    tx: Session,
    patient: PatientRow,
    row: StayRow,
    plan: Plan,
    body: DischargeStay,
    calendar: Calendar,
    *,
    actor: Actor,
    now: datetime,
) -> list[NeedRow]:
    asked = [_asked(row, one, body, calendar, actor, now) for one in plan.asked]
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


def _asked(
    row: StayRow, one: base.Asked, body: DischargeStay, calendar: Calendar, actor: Actor, now: datetime
) -> need_work.Asked:
    reason = Reason(
        source_kind=SourceKind.STAY,
        source_id=str(row.id),
        text=one.item.text,
        priority=one.item.priority,
        clocks=tuple(start(rule, body.ended_at, calendar) for rule in one.item.clocks),
        recorded_at=now,
        recorded_by=actor.person,
        pathway=one.pathway,
        pathway_version=one.version,
        citation=one.item.source,
        earliest_start=one.earliest_start,
    )
    return need_work.Asked(one.item.kind, str(row.id), reason, body.owner, body.team)


def _telemonitoring(
    row: StayRow, body: DischargeStay, calendar: Calendar, actor: Actor, now: datetime
) -> need_work.Asked:
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
    return need_work.Asked(NeedKind.TELEMONITORING, str(row.id), reason, body.owner, body.team)


def _with_plan(
    tx: Session, row: StayRow, rows: list[NeedRow], risk: RiskRead | None, *, actor: Actor, now: datetime
) -> StayWithPlan:
    plan: Any = None
    if row.plan is not None:
        kept = {name: value for name, value in row.plan.items() if name != "explanation"}
        shown = [need_view(tx, need, actor=actor, now=now) for need in rows]
        plan = plan_view(_PLAN.validate_python({**kept, "asked": ()}), row.plan["explanation"], shown)
    return StayWithPlan.model_validate({**fields(tx, row, actor), "plan": plan, "risk": risk})
