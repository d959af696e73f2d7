"""What a death ends in monitoring, and what comes back when it is withdrawn; the patient is locked by the caller."""

from datetime import datetime

from services.monitoring.domain.alerts import state_now
from services.monitoring.domain.pinned import pinned
from services.monitoring.store import alerts, check_ins, pauses
from services.monitoring.store import enrollments as store
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.escalations import note
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.pauses import PauseRow
from services.monitoring.usecases import check_in_plans, consents, escalations, judged_again
from services.monitoring.usecases.enrollment_changes import changed, move
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.vocabulary import (
    AlertState,
    CheckInAct,
    CheckInCancelReason,
    CheckInState,
    Disposition,
    EndReason,
    EnrollmentAct,
    EnrollmentState,
    Metric,
    PauseKind,
    Severity,
)

_DIED = "The patient has died"
_LIVES = "The record of the death was withdrawn"
_WITHDRAWN = "death-withdrawn"


async def recorded(tx: Session, patient: PatientRow, *, actor: Actor, now: datetime) -> None:
    """Close the alerts and end what the patient is followed under, coordination being told; open check-ins end with
    what was answered in them, those that have begun too."""
    await _nobody_to_ask(tx, patient, actor, now)
    for alert in await alerts.live_of_patients(tx, [patient.id]):
        alert.state, alert.disposition, alert.escalate_at = AlertState.CLOSED, Disposition.DIED, None
        _changed(tx, alert, Disposition.DIED, actor, now)
        alert.settled_by, alert.settled_at = actor.person, now
    await tx.flush()
    for row in await store.followed(tx, patient.id):
        # By this act it is known which ones come back: not those that a nurse ended.
        await move(tx, row, EnrollmentAct.END, _DIED, actor=actor, now=now, code=EndReason.DIED, noted=store.DEATH)
        await changed(tx, row, patient, actor=actor, now=now, news=True)
    await check_in_plans.run(tx, patient.id, now=now)


async def withdrawn(tx: Session, patient: PatientRow, *, actor: Actor, now: datetime) -> None:
    """Follow again what the death ended, as it stood, alerts too; readings that came meanwhile are judged now.

    The time in between counts as a pause: nothing was expected of the patient. What the consent to monitoring was
    revoked for meanwhile stays ended.
    """
    metrics: set[Metric] = set()
    since = now
    ended = await store.ended_by_death(tx, patient.id)
    back = [row for row in ended if not consents.monitoring_revoked(row, now)]
    for row in back:
        ended_at = row.ended_at or now
        await _again(tx, row, ended_at, actor=actor, now=now)
        rules = pinned(row.protocol, row.protocol_version)
        metrics |= {metric for metric in Metric if rules.rules_of(metric)}
        since = min(since, ended_at)
        await changed(tx, row, patient, actor=actor, now=now, news=True)
    for alert in await alerts.closed_by_death(tx, patient.id):
        alert.state, alert.disposition, alert.settled_by, alert.settled_at = AlertState.OPEN, None, None, None
        alert.state = state_now(alerts.alert_of(alert), Severity(alert.severity), now)
        _changed(tx, alert, _WITHDRAWN, actor, now)
    await tx.flush()
    for alert in await alerts.live_of_patients(tx, [patient.id]):
        if alert.state == AlertState.OPEN and alert.enrollment_id in {row.id for row in back}:
            await escalations.set_clock(tx, alert, patient.time_zone, now)
    await judged_again.since(tx, back, metrics, since, actor=actor, now=now)
    await check_in_plans.run(tx, patient.id, now=now)


async def _nobody_to_ask(tx: Session, patient: PatientRow, actor: Actor, now: datetime) -> None:
    rows = await check_ins.open_of(tx, patient.id)
    served = await check_ins.served(tx, [row.id for row in rows])
    for row in rows:
        for each in served.get(row.id, []):
            each.open = False
        row.state, row.settled_at, row.settled_by = CheckInState.CANCELLED, now, actor.person
        row.settled_reason = CheckInCancelReason.DIED
        check_ins.note(tx, row, CheckInAct.CANCEL, by=actor.person, at=now, reason=_DIED, before={})
    await tx.flush()


def _changed(tx: Session, alert: AlertRow, what: str, actor: Actor, now: datetime) -> None:
    alert.version, alert.updated_at = alert.version + 1, now
    note(tx, alert, what, by=actor.person, at=now)


async def _again(tx: Session, row: EnrollmentRow, ended_at: datetime, *, actor: Actor, now: datetime) -> None:
    pause = await pauses.ended_at(tx, row.id, ended_at)
    still = pause is not None and (pause.planned_until is None or pause.planned_until > now)
    if pause is not None and still:
        pause.ended_at, pause.ended_by = None, None
        row.paused_until = pause.planned_until
    else:
        tx.add(
            PauseRow(
                id=new_id(),
                organization_id=row.organization_id,
                enrollment_id=row.id,
                kind=PauseKind.OTHER,
                reason=_LIVES,
                by=actor.person,
                starts_at=ended_at,
                planned_until=None,
                ended_at=now,
                ended_by=actor.person,
            )
        )
    before, row.state = row.state, EnrollmentState.PAUSED if still else EnrollmentState.ACTIVE
    row.ended_at, row.end_reason = None, None
    store.note(tx, row, _WITHDRAWN, _LIVES, before=before, after=row.state, by=actor.person, at=now)
