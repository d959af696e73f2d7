"""Alerts: read them with their evidence, acknowledge, snooze, resolve."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import alert_acts, closures
from services.monitoring.domain.alert_problems import WrongAlertState
from services.monitoring.domain.alerts import Alert, state_now
from services.monitoring.domain.pinned import pinned
from services.monitoring.domain.worsening import upward, worst
from services.monitoring.store import alert_search, escalations, expectations, patients
from services.monitoring.store import alerts as store
from services.monitoring.store.alerts import AlertRow
from services.monitoring.usecases import alert_words, attempts, events, messages, panel
from services.monitoring.usecases import closures as words
from services.monitoring.usecases import escalations as clocks
from shared.contracts.base import Page
from shared.contracts.monitoring.alerts import (
    AcknowledgeAlert,
    AlertRead,
    ResolveAlert,
    SnoozeAlert,
)
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id
from shared.kit.problems import check_version
from shared.vocabulary import AlertAct, AlertState, Disposition, OverrideReason

_SAYS = {
    AlertAct.ACKNOWLEDGE: "acknowledge_note",
    AlertAct.SNOOZE: "snooze_reason",
    AlertAct.RESOLVE: "disposition",
}


async def get(tx: Session, alert_id: UUID, *, actor: Actor, now: datetime) -> AlertRead:
    """One alert with its evidence; raises NotFound."""
    row = await store.get(tx, alert_id)
    audit.saw(tx, row.patient_id, row.id)
    return alert_words.read(row, (await events.of(tx, [row])).get(row.id), actor=actor, now=now)


async def page(
    tx: Session,
    filters: dict[str, Any],
    *,
    state: AlertState | None,
    live: bool,
    one_per_event: bool,
    opened: tuple[datetime | None, datetime | None] = (None, None),
    limit: int,
    cursor: str | None,
    actor: Actor,
    now: datetime,
) -> Page[AlertRead]:
    """Alerts, newest first; ``one_per_event``: of each event only its representative, so a page may be shorter."""
    rows = await alert_search.page(
        tx, filters, state=state, live=live, opened=opened, now=now, after=after_id(cursor), limit=limit + 1
    )
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id, row.id)
    known = await events.of(tx, rows[:limit])
    found = page_of(rows, limit, lambda row: alert_words.read(row, known.get(row.id), actor=actor, now=now))
    if not one_per_event:
        return found
    shown = [each for each in found.items if each.event is None or each.event.leading]
    return found.model_copy(update={"items": shown})


async def acknowledge(
    tx: Session, alert_id: UUID, body: AcknowledgeAlert, *, version: int, actor: Actor, now: datetime
) -> AlertRead:
    """Somebody has seen it and acts; so do they on the same event under other protocols.

    Raises:
        NotFound, Stale, WrongAlertState.
    """

    def change(row: AlertRow, alert: Alert) -> None:
        row.acknowledged_by, row.acknowledged_at, row.acknowledge_note = actor.person, now, body.note
        row.seen, row.snoozed_until = alert.severity, None

    done = await _act(tx, alert_id, AlertAct.ACKNOWLEDGE, change, version=version, actor=actor, now=now)
    row = await store.get(tx, alert_id)
    for other in [] if body.only_this else await events.others(tx, row):
        alert = store.alert_of(other)
        if alert_acts.refusal(alert, AlertAct.ACKNOWLEDGE, now) is None:
            change(other, alert)
            await _moved(tx, other, AlertState.ACKNOWLEDGED, now)
    await panel.refresh(tx, [row.patient_id], now=now)
    return done.model_copy(update={"event": (await events.of(tx, [row])).get(row.id)})


async def snooze(
    tx: Session, alert_id: UUID, body: SnoozeAlert, *, version: int, actor: Actor, now: datetime
) -> AlertRead:
    """Quiet until an instant; what is worse comes through.

    Raises:
        NotFound, Stale, WrongAlertState, SnoozeInThePast, SnoozeTooLong.
    """

    def change(row: AlertRow, alert: Alert) -> None:
        alert_acts.check_snooze(alert.severity, body.until, now)
        row.seen, row.snoozed_until, row.snooze_reason = alert.severity, body.until, body.reason
        rising = upward(pinned(row.protocol, row.protocol_version).rule(row.rule))
        known = {} if rising is None else worst(alert.findings, rising)
        row.seen_values = {metric.value: f"{value:f}" for metric, value in known.items()}

    code = body.reason_code
    return await _act(tx, alert_id, AlertAct.SNOOZE, change, code=code, version=version, actor=actor, now=now)


async def resolve(
    tx: Session, alert_id: UUID, body: ResolveAlert, *, version: int, actor: Actor, now: datetime
) -> AlertRead:
    """Close it with what was found, done and planned.

    Raises:
        NotFound, Stale, WrongAlertState, NotAnOverride, and what closures.check raises.
    """
    disposition = Disposition(body.disposition)
    tried, calendar = await attempts.known(tx, alert_id)

    def change(row: AlertRow, alert: Alert) -> None:
        closures.check(words.ending(alert.severity, body), tried, calendar, now)
        row.disposition = body.disposition
        row.closure = body.model_dump(mode="json", exclude={"disposition"})
        row.seen, row.snoozed_until = alert.severity, None
        row.settled_by, row.settled_at = actor.person, now

    code = closures.override_of(disposition, body.override_reason)
    done = await _act(tx, alert_id, AlertAct.RESOLVE, change, code=code, version=version, actor=actor, now=now)
    await expectations.dealt_with(tx, alert_id, now)
    patient = await patients.get(tx, done.patient_id)
    row = await store.get(tx, alert_id)
    await messages.alert_over(tx, messages.person_of(patient), row, actor=actor, now=now)
    return done


async def _act(
    tx: Session,
    alert_id: UUID,
    act: AlertAct,
    change: Callable[[AlertRow, Alert], None],
    *,
    code: OverrideReason | None = None,
    version: int,
    actor: Actor,
    now: datetime,
) -> AlertRead:
    # The patient's row first, as every evaluation does: an act and a reading at the same moment wait for one another.
    await patients.get_for_update(tx, (await store.get(tx, alert_id)).patient_id)
    row = await store.get_for_update(tx, alert_id)
    audit.saw(tx, row.patient_id, row.id)
    check_version(row.version, version)
    alert = store.alert_of(row)
    why = alert_acts.refusal(alert, act, now)
    after = alert_acts.after(state_now(alert, alert.severity, now), act)
    if why is not None or after is None:
        raise WrongAlertState(why or f"{act} does not fit an alert that is {alert.state}.")
    change(row, alert)
    await _moved(tx, row, after, now)
    escalations.note(tx, row, act, by=actor.person, at=now, text=getattr(row, _SAYS[act]), code=code)
    await tx.flush()
    await panel.refresh(tx, [row.patient_id], now=now)
    return alert_words.read(row, actor=actor, now=now)


async def _moved(tx: Session, row: AlertRow, state: AlertState, now: datetime) -> None:
    if state is not AlertState.ACKNOWLEDGED:
        row.escalate_at = None
    elif row.state == AlertState.SNOOZED:
        # The snooze held the clock; to have seen it is no answer, so that the clock begins anew as when a snooze ends.
        await clocks.set_clock(tx, row, (await patients.get(tx, row.patient_id)).time_zone, now)
    row.state = state
    row.version += 1
    row.updated_at = now
    audit.saw(tx, row.patient_id, row.id)
