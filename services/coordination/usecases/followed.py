"""What monitoring says of the patients it follows, kept for their overview."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.enrollments import IdMismatch
from services.coordination.store import enrollments as store
from services.coordination.store import patients
from services.coordination.store.enrollments import EnrollmentRow
from services.coordination.usecases import monitored
from shared.contracts.base import Page
from shared.contracts.coordination.enrollments import FollowedRead, PutEnrollment
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.paging import after_id

_KEPT = ("request_id", "version", "protocol", "protocol_version", "state", "tier", "tier_reason", "case_manager")


async def put(tx: Session, enrollment_id: UUID, body: PutEnrollment, *, actor: Actor, now: datetime) -> FollowedRead:
    """Keep how a patient is followed; an older version changes nothing. From now on monitoring hears of the
    patient, if it did not before.

    Raises:
        NotFound: no such patient.
        IdMismatch: the body names another enrollment than the address.
    """
    if body.enrollment_id not in (None, enrollment_id):
        raise IdMismatch("enrollment_id in the body must be the one in the address, or be left out.")
    patient = await patients.get_for_update(tx, body.patient_id)
    audit.saw(tx, patient.id, enrollment_id)
    row = await store.find_for_update(tx, enrollment_id)
    if row is None:
        row = EnrollmentRow(id=enrollment_id, organization_id=organization(tx), patient_id=patient.id, version=0)
        row.created_at = now
        tx.add(row)
    if body.version >= row.version:
        for name in _KEPT:
            setattr(row, name, getattr(body, name))
        row.changed_at, row.updated_at = body.changed_at, now
    await tx.flush()
    await monitored.heard_of(tx, patient, actor=actor, now=now)
    return FollowedRead.model_validate(row)


async def page(tx: Session, patient_id: UUID, *, limit: int, cursor: str | None) -> Page[FollowedRead]:
    """How a patient is and was followed, oldest first; raises NotFound."""
    patient = await patients.get(tx, patient_id)
    rows = await store.page(tx, patient.id, after=after_id(cursor), limit=limit + 1)
    audit.saw(tx, patient.id)
    return page_of(rows, limit, FollowedRead.model_validate)
