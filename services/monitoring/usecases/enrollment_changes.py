"""The frame of every change of an enrollment: both rows locked, the version checked and counted up."""

from datetime import datetime
from uuid import UUID

from services.monitoring.store import enrollments as store
from services.monitoring.store import patients
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases.enrollment_words import read
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import check_version


async def for_change(tx: Session, enrollment_id: UUID, version: int) -> tuple[EnrollmentRow, PatientRow]:
    """The enrollment and its patient, both locked, patient first as in every evaluation.

    Raises:
        NotFound: no such enrollment.
        Stale: somebody changed it first.
    """
    patient = await patients.get_for_update(tx, (await store.get(tx, enrollment_id)).patient_id)
    row = await store.get_for_update(tx, enrollment_id)
    audit.saw(tx, row.patient_id, row.id)
    check_version(row.version, version)
    return row, patient


async def changed(
    tx: Session, row: EnrollmentRow, patient: PatientRow, *, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Count the version up and answer."""
    row.version += 1
    row.updated_at = now
    await tx.flush()
    return read(row, patient, actor=actor)
