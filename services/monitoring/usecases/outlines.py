"""How a patient is followed, in brief."""

from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain.pinned import pinned
from services.monitoring.store import alerts, check_ins, enrollments, patients, reading_charts
from services.monitoring.usecases import alert_words
from services.monitoring.usecases.summaries import latest_read
from shared.contracts.monitoring.outlines import AlertBrief, CheckInBrief, EnrollmentBrief, OutlineRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import NotFound

_ALERTS = 20
_ENROLLMENTS = 50
_LATEST = timedelta(days=30)


async def outline(tx: Session, coordination_id: UUID, *, actor: Actor, now: datetime) -> OutlineRead:
    """What a nurse of coordination needs to know of a patient, by coordination's id.

    Raises:
        NotFound: coordination never told of this patient.
    """
    patient = await patients.by_coordination_id(tx, coordination_id)
    if patient is None:
        raise NotFound("patient")
    audit.saw(tx, patient.id)
    followed = await enrollments.page(tx, {"patient_id": patient.id}, after=None, limit=_ENROLLMENTS)
    metrics = {metric for row in followed for metric in pinned(row.protocol, row.protocol_version).metrics}
    live = [alert_words.read(row, actor=actor, now=now) for row in await alerts.live_of_patients(tx, [patient.id])]
    live.sort(key=lambda each: (-each.severity.rank, each.opened_at))
    latest = await reading_charts.latest(tx, patient.id, sorted(metrics), now - _LATEST, now)
    due = await check_ins.next_of(tx, patient.id)
    return OutlineRead(
        patient_id=patient.id,
        as_of=now,
        enrollments=[EnrollmentBrief.model_validate(row) for row in followed],
        alerts=[AlertBrief.model_validate(dict(each)) for each in live[:_ALERTS]],
        alerts_open=len(live),
        latest=[latest_read(stored, count) for stored, count in latest],
        next_check_in=None if due is None else CheckInBrief.model_validate(due),
    )
