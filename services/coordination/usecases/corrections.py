"""A late correction of an admission or its discharge: the plan follows by difference, which can be seen first."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.coordination.domain.pathways.base import Plan
from services.coordination.domain.stays import (
    NO_PLAN_ASKED,
    NothingToCorrect,
    check_correctable,
    check_discharge,
    check_start,
    no_plan,
)
from services.coordination.store import calendars, needs, obligations, patients, stays
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import (
    announcements,
    deaths,
    plan_steps,
    plans,
    readmissions,
    risk_scores,
    running_corrections,
    stay_acts,
)
from services.coordination.usecases.discharge_facts import Told, check_facts, told_of
from services.coordination.usecases.discharges import ACCEPT, wait
from services.coordination.usecases.need_work import Asked, Note
from services.coordination.usecases.plans import Kept
from services.coordination.usecases.stay_views import previewed, with_plan
from services.coordination.usecases.stays import changing, check_diagnoses, touch
from shared.contracts.coordination.stays import CorrectStay, DischargePreview, StayCorrected
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import DischargeDisposition, LengthOfStay, PlanState, StayState, WithdrawReason


async def preview(tx: Session, stay_id: UUID, body: CorrectStay, *, actor: Actor, now: datetime) -> DischargePreview:
    """What a correction would change; nothing of it is kept.

    Raises:
        NotFound, StayActNotAllowed, NothingToCorrect, DiagnosisCodeUnknown.
        DischargeBeforeAdmission, StayInTheFuture, BeforeBirth, AfterDeath: the times cannot be.
    """
    row = await stays.get(tx, stay_id)
    patient = await patients.get(tx, row.patient_id)
    if row.state == StayState.IN_PROGRESS:
        return running_corrections.preview(tx, row, patient, body, now)
    told = _corrected(row, patient, body, now)
    kept, asked = await _planned(tx, patient, row, told, actor, now)
    return await previewed(tx, patient, row, told, kept, asked, now=now)


async def correct(
    tx: Session, stay_id: UUID, body: CorrectStay, *, version: int, actor: Actor, now: datetime
) -> StayCorrected:
    """Keep what was told wrongly as it should have been told, and let the plan follow.

    Raises:
        NotFound, Stale, StayActNotAllowed, NothingToCorrect, DiagnosisCodeUnknown.
        DischargeBeforeAdmission, StayInTheFuture, BeforeBirth, AfterDeath: the times cannot be.
    """
    row, patient = await changing(tx, stay_id, version)
    if row.state == StayState.IN_PROGRESS:
        return await running_corrections.correct(tx, row, patient, body, actor=actor, now=now)
    told, before = _corrected(row, patient, body, now), stay_acts.standing(row)
    moved = running_corrections.moved(row, told)
    if told.disposition is not DischargeDisposition.EXPIRED or told.ended_at != row.ended_at:
        await deaths.not_in_hospital(tx, patient, row, actor=actor, now=now)
    _keep(row, told)
    touch(row, now)
    stay_acts.keep(tx, row, "correct", before, actor=actor, now=now, why=body.reason)
    if told.disposition is DischargeDisposition.EXPIRED:
        await deaths.in_hospital(tx, patient, told.ended_at, actor=actor, now=now)
    if moved:
        await readmissions.never_was(tx, patient, row, by=actor.person, now=now)
        await readmissions.admitted(tx, patient, row, by=actor.person, now=now)
    await readmissions.left(tx, patient, row, by=actor.person, now=now)
    return await _replanned(tx, patient, row, told, body, actor=actor, now=now)


async def _replanned(
    tx: Session, patient: PatientRow, row: StayRow, told: Told, body: CorrectStay, *, actor: Actor, now: datetime
) -> StayCorrected:
    kept, asked = await _planned(tx, patient, row, told, actor, now)
    steps = await plan_steps.difference(tx, patient, row, told, asked, now=now, lock=True)
    changes = [plan_steps.view(step, now) for step in steps]
    plans.keep(row, kept)
    if kept.state is PlanState.ACCEPTED:
        transferred = told.disposition is DischargeDisposition.SHORT_TERM_HOSPITAL
        code = WithdrawReason.TRANSFERRED if transferred else WithdrawReason.CORRECTED
        note = Note(by=actor.person, now=now, text=body.reason)
        await plan_steps.apply(tx, patient, row, steps, note, code)
        await obligations.close(tx, source="stay", source_id=row.id, stage=ACCEPT, now=now)
        await readmissions.came_back(tx, patient, row, by=actor.person, now=now)
    else:
        await wait(tx, row, asked, kept, now)
    risk = None
    if kept.plan.chosen:
        risk = await risk_scores.at_discharge(tx, row, patient, LengthOfStay.MIDNIGHTS, actor=actor, now=now)
    await announcements.stay_changed(tx, patient, row, actor=actor, now=now)
    await tx.flush()
    rows = await needs.from_stay(tx, row.patient_id, row.id)
    answer = await with_plan(tx, row, rows, risk, actor=actor, now=now)
    return StayCorrected(**dict(answer), changes=changes)


async def _planned(
    tx: Session, patient: PatientRow, row: StayRow, told: Told, actor: Actor, now: datetime
) -> tuple[Kept, list[Asked]]:
    calendar = await calendars.calendar(tx, row.time_zone, of=patient.id)
    before = plans.kept_of(row.plan or {"explanation": NO_PLAN_ASKED, "chosen": (), "passed_over": ()})
    before = replace(before, pathways=told.pathways)
    told_at = before.told_at or now
    why = no_plan(before.how, ended_at=told.ended_at, told_at=told_at, deceased=_died(patient, row, told))
    if why is not None:
        kept = replace(before, plan=Plan(), explanation=why, state=PlanState.ACCEPTED, planned=False)
        return kept, []
    kept = plans.with_plan(before, await plans.computed(tx, patient, told, calendar))
    waits = before.state is PlanState.PROPOSED or (before.how == "propose" and not before.planned)
    state = PlanState.PROPOSED if waits and kept.plan.asked else PlanState.ACCEPTED
    kept = replace(kept, state=state, planned=True)
    return kept, plans.asked(row, told, kept, calendar, actor.person, now)


def _died(patient: PatientRow, row: StayRow, told: Told) -> bool:
    """Whether the patient is deceased once the correction is kept."""
    if told.disposition is DischargeDisposition.EXPIRED:
        return True
    return patient.deceased_at is not None and not deaths.said_by(patient, row)


def _corrected(row: StayRow, patient: PatientRow, body: CorrectStay, now: datetime) -> Told:
    check_correctable(StayState(row.state), ())
    before = told_of(row)
    told = replace(
        before,
        **running_corrections.admission(row, body),
        ended_at=body.ended_at or before.ended_at,
        disposition=body.disposition or before.disposition,
        complexity=body.complexity or before.complexity,
        facts=body.facts or before.facts,
        pathways=before.pathways if body.pathways is None else tuple(body.pathways),
    )
    if told == before:
        raise NothingToCorrect("Everything is on record as you say it. Name what was told wrongly.")
    if body.diagnoses is not None:
        check_diagnoses(body.diagnoses)
    elsewhere = None if deaths.said_by(patient, row) else patient.deceased_at
    check_start(told.started_at, now=now, born=patient.birth_date, deceased_at=elsewhere)
    check_discharge(told.started_at, told.ended_at, now)
    if body.facts is not None:
        check_facts(body.facts, told.ended_at, now)
    return told


def _keep(row: StayRow, told: Told) -> None:
    running_corrections.keep(row, told)
    row.ended_at = told.ended_at
    row.disposition, row.complexity = told.disposition.value, told.complexity.value
    row.facts = told.facts.model_dump(mode="json")
