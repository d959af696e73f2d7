"""Take what coordination tells of hospital stays."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain.patients import IdMismatch, StayOrder
from services.monitoring.store import enrollments, stays
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.stays import StayRow
from services.monitoring.usecases import patients, tiers
from services.monitoring.usecases.enrollment_changes import changed
from shared.contracts.monitoring.stays import PutStay, StayProgress, StayRead
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor

_CHANGING = ("started_at", "ended_at", "state", "lace")


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
    patient = await patients.meet(tx, body.patient, actor=actor, now=now)
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
        row.started_at, row.ended_at, row.state, row.lace = body.started_at, body.ended_at, body.state, body.lace
        row.version += 1
        row.updated_at = now
    await tx.flush()
    await _follow(tx, patient, ended=ended, actor=actor, now=now)
    return StayRead(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        state=StayProgress(row.state),
    )


async def inpatient_since(tx: Session, patient_id: UUID, told: datetime | None) -> datetime | None:
    """Since when a patient is in hospital, by the stays known here, or as told with the request until a stay ends."""
    known = await stays.inside_since(tx, patient_id)
    if known is not None or told is None:
        return known
    last = await stays.last_ended(tx, patient_id)
    over = last is not None and last.ended_at is not None and last.ended_at > told
    return None if over else told


async def _follow(tx: Session, patient: PatientRow, *, ended: bool, actor: Actor, now: datetime) -> None:
    since = await stays.inside_since(tx, patient.id)
    for enrollment in await enrollments.followed(tx, patient.id):
        before = enrollment.inpatient_since
        enrollment.inpatient_since = since
        # Clinical §1.10: after a discharge the patient is followed at tier high, for 30 days at least.
        raised = ended and await tiers.consider(tx, enrollment, patient, actor=actor, now=now)
        if raised or before != since:
            await changed(tx, enrollment, patient, actor=actor, now=now, news=raised)
