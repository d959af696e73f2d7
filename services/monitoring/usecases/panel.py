"""The panel: brought up to date by whatever changes a patient's reasons, in the same transaction; and read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from services.monitoring.domain import alert_acts, panel, rechecks_due
from services.monitoring.domain.panel import Entry, Followed, Reason
from services.monitoring.domain.panel_changes import change_reasons, notice_reason
from services.monitoring.domain.pinned import pinned, title_of
from services.monitoring.domain.policy import POLICY
from services.monitoring.store import panel as store
from services.monitoring.store import panel_changes, panel_rechecks
from services.monitoring.store.panel import FollowedRow, LiveAlert, PanelFilter, PanelRow
from services.monitoring.store.panel_rechecks import Planned
from services.monitoring.usecases import events
from shared.contracts.base import AllowedAct, Page
from shared.contracts.monitoring.alerts import AlsoUnder
from shared.contracts.monitoring.panel import PanelEntryRead, PanelReasonRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.calendar import Calendar
from shared.kit.clock import read_instant
from shared.kit.paging import place
from shared.kit.policy import decide
from shared.vocabulary import AlertAct, AlertState, NoticeKind, PanelReason, RiskTier, Severity

_HOUR = timedelta(hours=1)
_Alert = tuple[LiveAlert, tuple[AlsoUnder, ...]]
"""A live alert, and the others of its event that are not shown beside it."""
_Denied = Mapping[AlertAct, str | None]
"""Why the caller may not do an act on any alert; None where they may."""


async def refresh(tx: Session, patient_ids: Iterable[UUID], *, now: datetime) -> None:
    """Work out anew where patients stand. Their rows are locked by whoever changed them.

    Whatever opens, moves or settles a reason calls this in its own transaction; no clock has to.
    """
    wanted = sorted(set(patient_ids))
    if not wanted:
        return
    await tx.flush()
    zones = await store.zones(tx, wanted)
    followed_rows = await store.followed(tx, wanted)
    managers = {row.id: row.case_manager for row in followed_rows}
    alerts = await _one_per_event(tx, await store.live_alerts(tx, wanted), managers)
    waiting: dict[UUID, list[Reason]] = {}
    for each in await store.open_check_ins(tx, wanted):
        waiting.setdefault(each.enrollment_id, []).append(panel.check_in_reason(each.id, each.state, each.due_at))
    for planned in await panel_rechecks.planned(tx, wanted, now - rechecks_due.LEFT_AFTER):
        waiting.setdefault(planned.enrollment_id, []).append(_recheck(planned))
    changes = await _of_medicines(tx, wanted)
    followed: dict[UUID, list[Followed]] = {}
    shown: set[tuple[UUID, str | None]] = set()
    for row in followed_rows:
        calendar = Calendar(zones[row.patient_id])
        due = [*waiting.get(row.id, []), *_tier(row, now)]
        # Medicines are the patient's, not an enrollment's: each of their case managers has them once.
        if (place := (row.patient_id, row.case_manager)) not in shown:
            due = [*due, *changes.get(row.patient_id, ())]
            shown.add(place)
        reasons = (*_alerts(alerts.get(row.id, ())), *due, *_targets(orjson.loads(row.targets), calendar, now))
        mine = Followed(row.case_manager, row.protocol, RiskTier(row.tier), reasons)
        followed.setdefault(row.patient_id, []).append(mine)
    # A signature that is owed does not end with the enrollment: it stands on the panel of nobody.
    for patient_id in changes.keys() - followed.keys():
        followed[patient_id] = [Followed(None, None, RiskTier.MAINTENANCE, tuple(changes[patient_id]))]
    entries = [(patient_id, entry) for patient_id, own in followed.items() for entry in panel.entries(own)]
    await store.drop_others(tx, wanted, [(who, entry.case_manager or store.NOBODY) for who, entry in entries])
    await store.put(tx, [(who, entry, _kept(entry)) for who, entry in entries], now)


async def page(
    tx: Session, wanted: PanelFilter, *, cursor: str | None, limit: int, actor: Actor, now: datetime
) -> Page[PanelEntryRead]:
    """Who needs the case manager first. The cursor is a place in the order, so nothing is skipped or shown twice
    while others come and go."""
    rows = await store.page(tx, wanted, after=place(cursor, read_instant, UUID), limit=limit + 1)
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id)
    denied = {act: decide(POLICY, actor, f"alerts.{act}").reason or None for act in AlertAct}
    return page_of(
        rows, limit, lambda row: _read(row, denied, now), at=lambda row: (row.rank_key.isoformat(), str(row.id))
    )


async def _of_medicines(tx: Session, wanted: Sequence[UUID]) -> dict[UUID, list[Reason]]:
    found: dict[UUID, list[Reason]] = {}
    for patient_id, change in await panel_changes.changes(tx, wanted):
        found.setdefault(patient_id, []).extend(change_reasons(change))
    for row in await panel_changes.notices(tx, wanted):
        reason = notice_reason(row.id, NoticeKind(row.kind), row.told, row.answer_by)
        found.setdefault(row.patient_id, []).append(reason)
    return found


async def _one_per_event(
    tx: Session, live: Sequence[LiveAlert], managers: Mapping[UUID, str | None]
) -> dict[UUID, list[_Alert]]:
    """By enrollment its alerts; of an event that several protocols see, a case manager has one, which names the others.

    The most serious of those that nobody answered; only when all were answered, the most serious of all.
    """
    states = {row.id: row.state for row in live}
    under: dict[UUID, set[UUID]] = {}
    for row in live:
        under.setdefault(row.patient_id, set()).add(row.enrollment_id)
    several = [patient_id for patient_id, enrollments in under.items() if len(enrollments) > 1]
    others: dict[UUID, tuple[AlsoUnder, ...]] = {}
    for event in await events.several(tx, several) if several else ():
        here = [each for each in event if each.enrollment_id in managers]
        here.sort(key=lambda each: states[each.alert_id] != AlertState.OPEN)
        for manager in {managers[each.enrollment_id] for each in here}:
            first, *rest = (each for each in here if managers[each.enrollment_id] == manager)
            others[first.alert_id] = tuple(rest)
    named = {each.alert_id for rest in others.values() for each in rest}
    found: dict[UUID, list[_Alert]] = {}
    for row in live:
        if row.id not in named:
            found.setdefault(row.enrollment_id, []).append((row, others.get(row.id, ())))
    return found


def _alerts(rows: Iterable[_Alert]) -> list[Reason]:
    found = []
    for row, others in rows:
        also = tuple(each.model_dump(mode="json") for each in others)
        found.append(
            panel.alert_reason(
                row.id,
                title_of(row.protocol, row.protocol_version, row.rule),
                Severity(row.severity),
                AlertState(row.state),
                # Without a deadline it is only recorded: it counts from when it was opened.
                acknowledge_by=row.ack_due_at or row.opened_at,
                acknowledged_at=row.acknowledged_at,
                snoozed_until=row.snoozed_until,
                retrospective=row.retrospective,
                also_under=also,
            )
        )
    return found


def _recheck(planned: Planned) -> Reason:
    title = title_of(planned.protocol, planned.protocol_version, planned.rule)
    return panel.recheck_reason(planned.id, title, Severity(planned.severity), planned.recheck_at)


def _tier(row: FollowedRow, now: datetime) -> list[Reason]:
    cadence = pinned(row.protocol, row.protocol_version).cadence
    due = rechecks_due.review_due(cadence, RiskTier(row.tier), row.tier_decided_at)
    return [panel.tier_reason(row.id, RiskTier(row.tier), due)] if due <= now + rechecks_due.AHEAD else []


def _targets(targets: Iterable[dict[str, Any]], calendar: Calendar, now: datetime) -> list[Reason]:
    standing = [each for each in targets if each["ends_at"] is None or datetime.fromisoformat(each["ends_at"]) > now]
    return [
        panel.target_reason(UUID(each["id"]), each["bound"], date.fromisoformat(each["review_by"]), calendar)
        for each in standing
    ]


def _kept(entry: Entry) -> list[dict[str, Any]]:
    return [
        {
            "kind": each.kind,
            "about": str(each.about),
            "title": each.title,
            "severity": each.severity,
            "state": each.state,
            "due_at": each.due_at.isoformat(),
            "head_start_hours": each.head_start // _HOUR,
            "key": each.key.isoformat(),
            "awaits": each.awaits,
            "also_under": list(each.also_under),
        }
        for each in entry.reasons
    ]


def _read(row: PanelRow, denied: _Denied, now: datetime) -> PanelEntryRead:
    reasons = [_reason(each, denied, now) for each in row.reasons]
    return PanelEntryRead(
        id=row.id,
        patient_id=row.patient_id,
        case_manager=row.case_manager or None,
        protocols=row.protocols,
        tier=RiskTier(row.tier),
        severity=Severity(row.severity) if row.severity else None,
        rank_key=row.rank_key,
        due_at=row.due_at,
        overdue=any(each.overdue for each in reasons),
        reasons=reasons,
    )


def _reason(kept: dict[str, Any], denied: _Denied, now: datetime) -> PanelReasonRead:
    due_at = datetime.fromisoformat(kept["due_at"])
    state = kept["state"]
    if state == AlertState.SNOOZED and due_at <= now:
        state = AlertState.OPEN
    acts = (
        _alert_acts(Severity(kept["severity"]), AlertState(state), denied) if kept["kind"] == PanelReason.ALERT else []
    )
    return PanelReasonRead.model_validate(
        {
            "awaits": None,
            "also_under": [],
            **kept,
            "state": state,
            "due_at": due_at,
            "overdue": due_at < now,
            "acts": acts,
        }
    )


def _alert_acts(severity: Severity, state: AlertState, denied: _Denied) -> list[AllowedAct]:
    found = []
    for act in AlertAct:
        reason = alert_acts.unfit(severity, state, act) or denied[act]
        found.append(AllowedAct(act=act, allowed=reason is None, reason=reason))
    return found
