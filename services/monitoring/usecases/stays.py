"""Take what coordination tells of hospital stays."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain.patients import IdMismatch, StayOrder
from services.monitoring.store import enrollments, stays
from services.monitoring.store.stays import StayRow
from services.monitoring.usecases import patients
from shared.contracts.monitoring.stays import PutStay, StayProgress, StayRead
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.vocabulary import RiskTier

_CHANGING = ("started_at", "ended_at", "state")


async def put(tx: Session, stay_id: UUID, body: PutStay, *, actor: Actor, now: datetime) -> StayRead:
    """Keep a stay; while it lasts silence means nothing, and after it the patient is followed at tier high.

    Raises:
        IdMismatch: the body names another stay than the address.
        StayOrder: it ends before it begins.
    """
    if body.stay_id not in (None, stay_id):
        raise IdMismatch("stay_id in the body must be the one in the address, or be left out.")
    if body.ended_at is not None and body.ended_at < body.started_at:
        raise StayOrder("ended_at lies before started_at. Check the two times and their offsets.")
    patient = await patients.meet(tx, body.patient, now=now)
    audit.saw(tx, patient.id, stay_id)
    row = await stays.find_for_update(tx, stay_id)
    if row is None:
        row = StayRow(
            id=stay_id,
            organization_id=organization(tx),
            patient_id=patient.id,
            version=0,
            created_at=now,
        )
        tx.add(row)
    ended = row.state != StayProgress.FINISHED and body.state is StayProgress.FINISHED
    if row.version == 0 or any(getattr(row, name) != getattr(body, name) for name in _CHANGING):
        row.started_at, row.ended_at, row.state = body.started_at, body.ended_at, body.state
        row.version += 1
        row.updated_at = now
    await tx.flush()
    await _follow(tx, patient.id, ended=ended, actor=actor, now=now)
    return StayRead(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        state=StayProgress(row.state),
    )


async def _follow(tx: Session, patient_id: UUID, *, ended: bool, actor: Actor, now: datetime) -> None:
    inside = [stay for stay in await stays.of_patient(tx, patient_id) if stay.state == StayProgress.IN_PROGRESS]
    since = min((stay.started_at for stay in inside), default=None)
    for enrollment in await enrollments.followed(tx, patient_id):
        moves = ended and enrollment.tier != RiskTier.HIGH
        if enrollment.inpatient_since == since and not moves:
            continue
        enrollment.inpatient_since = since
        if moves:
            # Clinical §1.10: after a discharge the patient is followed at tier high.
            reason = "Discharged from hospital"
            enrollments.note(
                tx, enrollment, "tier", reason, before=enrollment.tier, after=RiskTier.HIGH, by=actor.person, at=now
            )
            enrollment.tier, enrollment.tier_reason = RiskTier.HIGH, reason
        enrollment.version += 1
        enrollment.updated_at = now
