"""Write what an evaluation changes in the alerts of one enrollment, and ask coordination where a rule says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.monitoring.domain.alerts import Alert, Change, CloseSourceCorrected, Episode, Extend, Open, reconcile
from services.monitoring.domain.evaluation import Evaluation
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.silence import URGENT
from services.monitoring.store import alerts as store
from services.monitoring.store import escalations, expectation_plans
from services.monitoring.store.alerts import AlertRow
from services.monitoring.usecases import escalations as deadlines
from services.monitoring.usecases import messages
from services.monitoring.usecases.rosters import Followed, Person
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.vocabulary import AlertState, Disposition, NeedKind, Severity


class Changed(NamedTuple):
    """An alert that was opened or changed; ``moved``: not only by more evidence of what was known, so that its place
    on the panel and the patient's tier may follow. ``added``: the evidence that came."""

    row: AlertRow
    moved: bool
    added: tuple[Finding, ...]


async def write(
    tx: Session,
    person: Person,
    followed: Followed,
    rows: Mapping[UUID, AlertRow],
    alerts: Sequence[Alert],
    found: Evaluation,
    *,
    actor: Actor,
    now: datetime,
    ended: Disposition = Disposition.SOURCE_CORRECTED,
) -> list[Changed]:
    """Returns the alerts that were opened or changed; ``ended`` says why one is over whose evidence is gone."""
    changed = []
    for change in reconcile(alerts, found.episodes, now):
        before = None if isinstance(change, Open) else _standing(rows[change.alert])
        row = _applied(tx, followed, rows, change, ended, actor=actor, now=now)
        await _timed(tx, followed, row, change, actor=actor, now=now)
        gone = not isinstance(change, Open) and bool(change.withdrawn)
        changed.append(Changed(row, gone or before != _standing(row), _added(change)))
        if isinstance(change, CloseSourceCorrected):
            await messages.alert_over(tx, person, row, actor=actor, now=now)
            continue
        kind = change.opens_need
        if kind is not None:
            row.need_asked_at = now
            await _ask(tx, person, followed, row, kind, actor=actor, now=now)
    return changed


def _added(change: Change) -> tuple[Finding, ...]:
    if isinstance(change, Open):
        return change.episode.findings
    return change.added if isinstance(change, Extend) else ()


def _standing(row: AlertRow) -> tuple[object, ...]:
    return row.state, row.severity, row.retrospective, row.began_at, row.ack_due_at


async def _timed(
    tx: Session, followed: Followed, row: AlertRow, change: Change, *, actor: Actor, now: datetime
) -> None:
    """Deadlines begin when an alert is opened or becomes worse; both, and its end by a correction, are its history."""
    if isinstance(change, CloseSourceCorrected):
        row.escalate_at = None
        escalations.note(tx, row, str(row.disposition), by=actor.person, at=now)
        return
    if isinstance(change, Extend) and not (change.raised or change.pierced):
        return
    if isinstance(change, Extend):
        escalations.note(tx, row, "raised" if change.raised else "reopened", by=actor.person, at=now)
    if row.state == AlertState.OPEN:
        await deadlines.set_clock(tx, row, followed.watch.zone, now)
    await _hurry(tx, followed, change, now)


async def _hurry(tx: Session, followed: Followed, change: Open | Extend, now: datetime) -> None:
    """Silence after a high or critical alert, or in the yellow zone, is looked at sooner (clinical §1.11)."""
    if change.episode.retrospective:
        return
    if change.episode.severity.rank >= Severity.HIGH.rank:
        await expectation_plans.hurry(tx, followed.enrollment_id, now + URGENT, urgent=True)
    keys = followed.protocol.keys_during(change.episode.rule)
    if keys:
        await expectation_plans.hurry(tx, followed.enrollment_id, now, urgent=False, keys=keys)


def _applied(
    tx: Session,
    followed: Followed,
    rows: Mapping[UUID, AlertRow],
    change: Change,
    ended: Disposition,
    *,
    actor: Actor,
    now: datetime,
) -> AlertRow:
    if isinstance(change, Open):
        row = _opened(tx, followed, change.episode, now)
        _fill(row, change.episode)
        tx.add(row)
        return row
    row = rows[change.alert]
    if isinstance(change, Extend):
        if change.pierced and not change.raised:
            # The snooze is used up, so that the alert stays open until the next act.
            row.seen = row.snoozed_until = row.seen_values = None
        row.state = change.state
        _fill(row, change.episode)
        store.together(row)
    else:
        row.state, row.disposition = AlertState.CLOSED, ended
        row.settled_by, row.settled_at = actor.person, now
    row.version += 1
    row.updated_at = now
    return row


def _opened(tx: Session, followed: Followed, episode: Episode, now: datetime) -> AlertRow:
    return AlertRow(
        id=new_id(),
        organization_id=organization(tx),
        patient_id=followed.patient_id,
        enrollment_id=followed.enrollment_id,
        protocol=followed.protocol.key,
        protocol_version=followed.protocol.version,
        rule=episode.rule,
        state=AlertState.OPEN,
        opened_at=now,
        version=1,
        created_at=now,
        updated_at=now,
    )


def _fill(row: AlertRow, episode: Episode) -> None:
    """The evidence and what follows from it. A resolved alert whose evidence went keeps what it was resolved with."""
    row.hold(episode.findings)
    row.cleared_at = episode.cleared_at
    if episode.findings:
        row.severity = episode.severity
        row.retrospective = episode.retrospective
        row.began_at = episode.began_at
        row.last_at = max(each.at for each in episode.findings)
        row.arithmetic = episode.text


async def _ask(
    tx: Session, person: Person, followed: Followed, row: AlertRow, kind: NeedKind, *, actor: Actor, now: datetime
) -> None:
    rule = followed.protocol.rule(row.rule)
    await messages.need(
        tx,
        person,
        kind=kind,
        alert_id=row.id,
        severity=Severity(row.severity),
        protocol=followed.protocol,
        title=rule.title if rule is not None else row.rule,
        actor=actor,
        now=now,
    )
