"""Tries to reach a patient about an alert: recorded as they are made, and judged when the alert is closed."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain import closures
from services.monitoring.domain.alert_problems import AttemptTime, WrongAlertState
from services.monitoring.domain.alerts import LIVE
from services.monitoring.domain.closures import Attempt
from services.monitoring.store import alerts, patients
from services.monitoring.store import attempts as store
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.attempts import AttemptRow
from services.monitoring.usecases.rota import of as rota_of
from shared.contracts.monitoring.alerts import AlertAttempts, AttemptRead, RecordAttempt
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.calendar import Calendar
from shared.kit.ids import new_id
from shared.vocabulary import Channel, ContactOutcome


async def record(tx: Session, alert_id: UUID, body: RecordAttempt, *, actor: Actor, now: datetime) -> AttemptRead:
    """Keep an attempt; it counts for every alert of the patient that was open by then.

    Raises:
        NotFound, WrongAlertState, AttemptTime.
    """
    alert = await alerts.get(tx, alert_id)
    await patients.get_for_update(tx, alert.patient_id)
    alert = await alerts.get_for_update(tx, alert_id)
    if alert.state not in LIVE:
        raise WrongAlertState(f"An alert that is {alert.state} needs no attempts.")
    if not alert.opened_at <= body.at <= now:
        raise AttemptTime("Give when it was made: not before the alert opened, and not in the future.")
    row = AttemptRow(
        id=new_id(),
        organization_id=alert.organization_id,
        patient_id=alert.patient_id,
        alert_id=alert.id,
        by=actor.person,
        recorded_at=now,
        **body.model_dump(),
    )
    tx.add(row)
    await tx.flush()
    audit.saw(tx, alert.patient_id, row.id)
    return AttemptRead.model_validate(row)


async def of_alert(tx: Session, alert_id: UUID) -> AlertAttempts:
    """The patient's attempts since the alert opened, and whether they are enough; raises NotFound."""
    alert = await alerts.get(tx, alert_id)
    audit.saw(tx, alert.patient_id, alert.id)
    rows = await store.since(tx, alert.patient_id, alert.opened_at)
    why = closures.unreached([_attempt(row) for row in rows], await _calendar(tx, alert))
    return AlertAttempts(items=[AttemptRead.model_validate(row) for row in rows], unable_to_reach=why)


async def known(tx: Session, alert_id: UUID) -> tuple[list[Attempt], Calendar]:
    """The attempts since an alert opened as rules see them, and the calendar of the clinic; raises NotFound."""
    alert = await alerts.get(tx, alert_id)
    # Held, so that nobody records that the patient was reached between the look and the end.
    await patients.get_for_update(tx, alert.patient_id)
    rows = await store.since(tx, alert.patient_id, alert.opened_at)
    return [_attempt(row) for row in rows], await _calendar(tx, alert)


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(row.at, Channel(row.channel), ContactOutcome(row.outcome))


async def _calendar(tx: Session, alert: AlertRow) -> Calendar:
    patient = await patients.get(tx, alert.patient_id)
    return (await rota_of(tx, patient.time_zone)).hours.calendar
