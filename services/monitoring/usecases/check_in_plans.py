"""Bring the open check-ins of a patient in line with tiers, pauses and stays: the next one due, and no other."""

from datetime import date, datetime
from uuid import UUID

from services.monitoring.domain import check_in_plan
from services.monitoring.domain.pinned import pinned
from services.monitoring.store import check_in_plans as store
from services.monitoring.store import check_ins, enrollments, patients, stays
from services.monitoring.store.check_ins import CheckInEnrollmentRow, CheckInRow
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases import panel
from services.monitoring.usecases.check_in_opening import forms_of, make, serve
from shared.contracts.monitoring.stays import StayProgress
from shared.db.base import Session
from shared.kit.zones import local_day
from shared.vocabulary import CheckInCancelReason, CheckInState, EnrollmentAct, EnrollmentState, RiskTier

_CLOCK = "clock"


async def run(tx: Session, patient_id: UUID, *, now: datetime) -> None:
    """Make or change a patient's plan; run again it changes nothing. A conversation that has begun is left alone."""
    patient = await patients.get_for_update(tx, patient_id)
    open_now = {served.enrollment_id: (served, row) for served, row in await store.planned(tx, patient_id)}
    followed = {each.id: each for each in await enrollments.followed(tx, patient_id)}
    for enrollment_id, (served, row) in open_now.items():
        enrollment = followed.get(enrollment_id)
        fits = enrollment is not None and _to_be_asked(enrollment, patient) and enrollment.tier == served.tier
        if not fits and row.state == CheckInState.DUE:
            _drop(served, row, enrollment, list(open_now.values()), now, tx)
    await tx.flush()
    for enrollment in followed.values():
        known = open_now.get(enrollment.id)
        if _to_be_asked(enrollment, patient) and not (known is not None and known[0].open):
            await _plan(tx, patient, enrollment, now)
    await panel.refresh(tx, [patient_id], now=now)


def _to_be_asked(enrollment: EnrollmentRow, patient: PatientRow) -> bool:
    away = enrollment.inpatient_since is not None or patient.deceased_at is not None
    return enrollment.state == EnrollmentState.ACTIVE and not away


def _drop(
    served: CheckInEnrollmentRow,
    row: CheckInRow,
    enrollment: EnrollmentRow | None,
    every: list[tuple[CheckInEnrollmentRow, CheckInRow]],
    now: datetime,
    tx: Session,
) -> None:
    served.open = False
    if any(other.open for other, same in every if same.id == row.id):
        return
    reason = CheckInCancelReason.REPLANNED
    if enrollment is None:
        reason = CheckInCancelReason.ENDED
    elif enrollment.state != EnrollmentState.ACTIVE or enrollment.inpatient_since is not None:
        reason = CheckInCancelReason.PAUSED
    row.state, row.settled_at, row.settled_by, row.settled_reason = CheckInState.CANCELLED, now, _CLOCK, reason
    check_ins.note(tx, row, "cancel", by=_CLOCK, at=now, reason=reason, before={})


async def _plan(tx: Session, patient: PatientRow, enrollment: EnrollmentRow, now: datetime) -> None:
    day = await _next_day(tx, patient, enrollment, now)
    row = await check_ins.due_on(tx, patient.id, day)
    asked = forms_of([enrollment])
    own = [form.name for form in asked]
    if row is None:
        zone = patient.time_zone
        row = make(tx, patient.id, asked, day=day, zone=zone, scheduled=True, reason=None, now=now)
        await tx.flush()
    elif not set(own) <= set(row.forms):
        row.forms = [*row.forms, *(name for name in own if name not in row.forms)]
        check_ins.note(tx, row, "join", by=_CLOCK, at=now, reason=None, before={})
    await serve(tx, row, enrollment, planned=True)
    await tx.flush()


async def _next_day(tx: Session, patient: PatientRow, enrollment: EnrollmentRow, now: datetime) -> date:
    """Counted from the start of the tier, a discharge starting it anew; not before the end of a pause or a stay."""
    acts = await store.last_acts(tx, enrollment.id)
    begun = [acts.get("tier") or enrollment.activated_at or now]
    resumed = [acts[name] for name in (EnrollmentAct.RESUME,) if name in acts]
    left = [
        stay.ended_at
        for stay in await stays.of_patient(tx, patient.id)
        if stay.ended_at is not None and stay.state == StayProgress.FINISHED
    ]
    anchor = max([*begun, *left]) if enrollment.tier == RiskTier.HIGH else max(begun)
    zone = patient.time_zone
    return check_in_plan.next_day(
        pinned(enrollment.protocol, enrollment.protocol_version).cadence[RiskTier(enrollment.tier)],
        local_day(anchor, zone),
        settled=await store.settled_on(tx, enrollment.id),
        floor=local_day(max([anchor, *left, *resumed]), zone),
    )
