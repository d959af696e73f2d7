"""Deadlines of alerts, and who is told when nobody answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.monitoring.domain.alerts import state_now
from services.monitoring.domain.escalation import Step, TakenUp, still_told
from services.monitoring.domain.escalation_notes import note, telling
from services.monitoring.domain.pinned import pinned, title_of
from services.monitoring.store import alert_responses, alerts, covers, enrollments, escalations, patients
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.escalations import EscalationRow
from services.monitoring.usecases import escalation_notes, messages, outside, panel, rota
from services.monitoring.usecases.rosters import Person
from shared.contracts.base import Page
from shared.contracts.monitoring.escalations import EscalationRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.vocabulary import AlertState, EscalationTier, NeedKind, Severity

_WAITING = frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED})
"""The clock stops at the answer, not when somebody has seen it (clinical §6.4)."""
_MODERATE_UNANSWERED = EscalationTier.LEAD_NURSE_NEXT_DAY


async def set_clock(tx: Session, alert: AlertRow, zone: str, start: datetime) -> None:
    """Begin the alert's deadlines anew: it was opened, became worse, or its snooze is over."""
    severity = Severity(alert.severity)
    protocol = pinned(alert.protocol, alert.protocol_version)
    deadlines = await rota.deadlines(tx, zone, protocol, severity, start)
    alert.raised_at, alert.ack_due_at, alert.act_by = start, deadlines.acknowledge_by, deadlines.act_by
    alert.escalate_at = None if alert.retrospective else deadlines.escalate_at
    notice = None if alert.retrospective else deadlines.notice
    if severity is Severity.CRITICAL and not alert.retrospective:
        await outside.critical(tx, alert, start)
    if notice is not None and alert.notice is None:
        alert.notice = notice
        await tx.flush()
        whose = (await _responsible(tx, [alert], start))[alert.enrollment_id]
        await _tell(tx, alert, EscalationTier.NOT_MONITORED, "patient", notice, due_at=start, now=start, whose=whose)


async def wake(tx: Session, alert_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> int:
    """Open those of these alerts again whose snooze is over; returns how many."""
    rows = await escalations.lock_snoozes_over(tx, alert_ids, now)
    known = await patients.several(tx, {row.patient_id for row in rows})
    for row in rows:
        over = row.snoozed_until or now
        row.state = state_now(alerts.alert_of(row), Severity(row.severity), now)
        row.version += 1
        row.updated_at = now
        escalations.note(tx, row, "snooze-over", by=actor.person, at=over)
        if known[row.patient_id].deceased_at is None:
            await set_clock(tx, row, known[row.patient_id].time_zone, over)
    await panel.refresh(tx, known, now=now)
    return len(rows)


async def escalate(tx: Session, alert_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> int:
    """Tell whoever is next about those of these alerts that nobody answered in time; returns how many that were."""
    rows = await escalations.lock_due(tx, alert_ids, now)
    told = await escalations.told(tx, [row.id for row in rows])
    acted = await alert_responses.acted(tx, [row.id for row in rows if row.state == AlertState.ACKNOWLEDGED])
    known = await patients.several(tx, {row.patient_id for row in rows})
    whose = await _responsible(tx, rows, now)
    for row in rows:
        patient = known[row.patient_id]
        tiers = {tier for alert_id, tier in told if alert_id == row.id} - {EscalationTier.NOT_MONITORED}
        done = TakenUp(row.state == AlertState.ACKNOWLEDGED, bool(tiers), row.id in acted)
        waiting = row.state in _WAITING and not row.retrospective and patient.deceased_at is None
        steps = await _steps(tx, row, patient.time_zone, done) if waiting else ()
        taken = [(due_at, step) for due_at, step in steps if due_at <= now and (row.id, step.tier) not in told]
        await _climb(tx, row, taken, whose=whose[row.enrollment_id], now=now)
        if any(step.tier is _MODERATE_UNANSWERED for _, step in taken):
            await _ask(tx, row, messages.person_of(patient), actor=actor, now=now)
        row.escalate_at = min((due_at for due_at, _ in steps if due_at > now), default=None)
    return len(rows)


async def _steps(tx: Session, row: AlertRow, zone: str, done: TakenUp) -> Sequence[tuple[datetime, Step]]:
    """Who is told of an alert after what was done about it, and when."""
    if row.raised_at is None:
        return ()
    ladder, severity = pinned(row.protocol, row.protocol_version).ladder, Severity(row.severity)
    return still_told((await rota.of(tx, zone)).steps(ladder, severity, row.raised_at), severity, done)


class _Whose(NamedTuple):
    """Whose patient an alert is about, and who covers for them now."""

    case_manager: str | None
    covered_by: str | None

    @property
    def said(self) -> str:
        """What the text adds while somebody covers."""
        return f"; {self.covered_by} covers for {self.case_manager}" if self.covered_by is not None else ""


async def _responsible(tx: Session, rows: Sequence[AlertRow], now: datetime) -> dict[UUID, _Whose]:
    followed = await enrollments.several(tx, {row.enrollment_id for row in rows})
    away = await covers.of(tx, {each.case_manager for each in followed.values() if each.case_manager}, now)
    return {key: _Whose(each.case_manager, away.get(each.case_manager or "")) for key, each in followed.items()}


async def _climb(
    tx: Session, alert: AlertRow, taken: Sequence[tuple[datetime, Step]], *, whose: _Whose, now: datetime
) -> None:
    if not taken:
        return
    case = await escalation_notes.gathered(tx, alert, now)
    text = f"{_title(alert)} ({alert.severity}) was not {_lacking(alert)}{whose.said}"
    for due_at, step in taken:
        sbar = note(case, step.told, now)
        await _tell(tx, alert, step.tier, step.told, text, due_at=due_at, now=now, whose=whose, sbar=sbar)
        case = replace(case, acts=(*case.acts, telling(step.told, now)))


async def _tell(
    tx: Session,
    alert: AlertRow,
    tier: EscalationTier,
    told: str,
    text: str,
    *,
    due_at: datetime,
    now: datetime,
    whose: _Whose,
    sbar: dict[str, str] | None = None,
) -> None:
    row = EscalationRow(
        id=new_id(),
        organization_id=alert.organization_id,
        alert_id=alert.id,
        patient_id=alert.patient_id,
        tier=tier,
        told=told,
        due_at=due_at,
        at=now,
        text=text,
        raised_at=alert.raised_at,
        sbar=sbar,
        **whose._asdict(),
    )
    tx.add(row)
    await outside.escalated(tx, alert, row)
    if tier is not EscalationTier.NOT_MONITORED:
        # No new version: nobody's act on the alert becomes stale because somebody else was told.
        alert.escalated_to = told


async def _ask(tx: Session, alert: AlertRow, person: Person, *, actor: Actor, now: datetime) -> None:
    """A moderate alert that nobody took up needs hands, once."""
    if alert.need_asked_at is not None:
        return
    alert.need_asked_at = now
    await messages.need(
        tx,
        person,
        kind=NeedKind.ALERT_FOLLOW_UP,
        alert_id=alert.id,
        severity=Severity(alert.severity),
        protocol=pinned(alert.protocol, alert.protocol_version),
        title=_title(alert),
        actor=actor,
        now=now,
    )


def _lacking(alert: AlertRow) -> str:
    return "acknowledged" if alert.state == AlertState.OPEN else f"answered: {alert.acknowledged_by} acknowledged it"


def _title(alert: AlertRow) -> str:
    return title_of(alert.protocol, alert.protocol_version, alert.rule)


async def page(
    tx: Session,
    *,
    alert_id: UUID | None,
    case_managers: Sequence[str] | None,
    unanswered: bool,
    limit: int,
    cursor: str | None,
) -> Page[EscalationRead]:
    """Who was told of what, newest first."""
    rows = await escalations.page(
        tx,
        alert_id=alert_id,
        case_managers=case_managers,
        unanswered=unanswered,
        after=after_id(cursor),
        limit=limit + 1,
    )
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id, row.id)
    return page_of(rows, limit, EscalationRead.model_validate)
