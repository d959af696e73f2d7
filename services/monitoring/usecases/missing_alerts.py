"""The alert about something missing: opened once, raised as time passes, closed by the first data."""

from datetime import datetime

from services.monitoring.domain.alerts import state_now
from services.monitoring.domain.missing import Absence, Verdict
from services.monitoring.domain.pinned import pinned
from services.monitoring.store import alerts, escalations
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.expectations import ExpectationRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases import escalations as deadlines
from services.monitoring.usecases import messages
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.vocabulary import AlertState, Disposition, NeedKind, Severity


async def settle(
    tx: Session,
    row: ExpectationRow,
    enrollment: EnrollmentRow,
    patient: PatientRow,
    verdict: Verdict,
    *,
    actor: Actor,
    now: datetime,
) -> AlertRow | None:
    """Bring the alert in line with the verdict; returns it when that changed it."""
    alert = await alerts.get(tx, row.alert_id) if row.alert_id is not None else None
    absence = verdict.absence
    if absence is None:
        row.alert_id, row.severity = None, None
        closed = _closed(tx, alert, verdict, actor=actor, now=now) if alert is not None else None
        if closed is not None:
            # An examination that was done meets the need by its own evidence.
            await messages.alert_over(tx, messages.person_of(patient), closed, actor=actor, now=now)
        return closed
    if alert is None:
        alert = _opened(tx, row, enrollment, absence, now)
    elif _raised(alert, absence, now):
        escalations.note(tx, alert, "raised", by=actor.person, at=now)
    else:
        return None
    if alert.state == AlertState.OPEN:
        await deadlines.set_clock(tx, alert, patient.time_zone, now)
    row.alert_id, row.severity = alert.id, alert.severity
    await _ask(tx, alert, enrollment, patient, actor=actor, now=now)
    return alert


def _opened(tx: Session, row: ExpectationRow, enrollment: EnrollmentRow, absence: Absence, now: datetime) -> AlertRow:
    expected = pinned(enrollment.protocol, enrollment.protocol_version).expectation(row.key)
    alert = AlertRow(
        id=new_id(),
        organization_id=row.organization_id,
        patient_id=row.patient_id,
        enrollment_id=row.enrollment_id,
        protocol=enrollment.protocol,
        protocol_version=enrollment.protocol_version,
        rule=row.key,
        state=AlertState.OPEN,
        severity=absence.severity,
        findings=[],
        retrospective=False,
        opened_at=now,
        began_at=absence.since,
        last_at=absence.reached_at,
        arithmetic=absence.text,
        citation=expected.source if expected is not None else None,
        version=1,
        created_at=now,
        updated_at=now,
    )
    tx.add(alert)
    return alert


def _raised(alert: AlertRow, absence: Absence, now: datetime) -> bool:
    if absence.severity.rank <= Severity(alert.severity).rank:
        return False
    alert.state = state_now(alerts.alert_of(alert), absence.severity, now)
    alert.severity, alert.last_at, alert.arithmetic = absence.severity, absence.reached_at, absence.text
    _touch(alert, now)
    return True


def _closed(tx: Session, alert: AlertRow, verdict: Verdict, *, actor: Actor, now: datetime) -> AlertRow | None:
    if alert.state in (AlertState.RESOLVED, AlertState.CLOSED):
        return None
    expected = verdict.look_at is not None and verdict.came
    alert.disposition = Disposition.DATA_RECEIVED if expected else Disposition.NOT_EXPECTED
    alert.cleared_at = now if expected else None
    alert.state, alert.escalate_at = AlertState.CLOSED, None
    escalations.note(tx, alert, alert.disposition, by=actor.person, at=now)
    alert.settled_by, alert.settled_at = actor.person, now
    _touch(alert, now)
    return alert


def _touch(alert: AlertRow, now: datetime) -> None:
    alert.version += 1
    alert.updated_at = now


async def _ask(
    tx: Session, alert: AlertRow, enrollment: EnrollmentRow, patient: PatientRow, *, actor: Actor, now: datetime
) -> None:
    """Hands are asked for once: for an examination when it is moderate, for silence when it is high."""
    expected = pinned(alert.protocol, alert.protocol_version).expectation(alert.rule)
    if expected is None or alert.need_asked_at is not None:
        return
    kind, from_rank = expected.opens_need, Severity.MODERATE.rank
    if kind is None:
        kind, from_rank = NeedKind.ALERT_FOLLOW_UP, Severity.HIGH.rank
    if Severity(alert.severity).rank < from_rank:
        return
    alert.need_asked_at = now
    await messages.need(
        tx,
        messages.person_of(patient),
        kind=kind,
        alert_id=alert.id,
        severity=Severity(alert.severity),
        protocol=pinned(enrollment.protocol, enrollment.protocol_version),
        title=expected.title,
        actor=actor,
        now=now,
    )
