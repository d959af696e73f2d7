"""Once a day each enrollment is looked at: its tier, its targets' reviews, its baselines."""

from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.store import enrollments as store
from services.monitoring.store import patients
from services.monitoring.usecases import cgm_summaries, circumstance_spans, deaths, panel, tiers
from services.monitoring.usecases.clock import clock
from services.monitoring.usecases.enrollment_changes import changed, refresh
from shared.db.base import Session, organization
from shared.vocabulary import EnrollmentState

EVERY = timedelta(days=1)


async def look(tx: Session, enrollment_id: UUID, now: datetime) -> bool:
    """Look at one enrollment that is due at ``now``; returns whether it was. Twice on a day changes nothing more."""
    patient = await patients.get_for_update(tx, (await store.get(tx, enrollment_id)).patient_id)
    row = await store.get_for_update(tx, enrollment_id)
    if row.look_due_at > now or row.state not in (EnrollmentState.ACTIVE, EnrollmentState.PAUSED):
        return False
    row.look_due_at = now + EVERY
    actor = clock(organization(tx))
    if patient.deceased_at is not None:
        # Told by a release in which a death ended nothing.
        await deaths.recorded(tx, patient, actor=actor, now=now)
        return True
    await cgm_summaries.expect(tx, row, now)
    moved = await tiers.consider(tx, row, patient, actor=actor, now=now)
    said = await circumstance_spans.as_of(tx, row, patient, actor=actor, now=now)
    if refresh(row, patient, now) or moved or said:
        await changed(tx, row, patient, actor=actor, now=now, news=moved)
    else:
        # Rows written before a release that knows more reasons are brought up to date within a day.
        await panel.refresh(tx, [row.patient_id], now=now)
    return True
