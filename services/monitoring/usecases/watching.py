"""Evaluate what a change of readings means, and write what that changes: alerts, rechecks, needs asked for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.monitoring.domain import evaluation
from services.monitoring.domain.alerts import Alert
from services.monitoring.domain.readings import Reading
from services.monitoring.store import alerts, reading_evidence, rechecks
from services.monitoring.store.alerts import AlertRow, Since
from services.monitoring.store.readings import Place, Window
from services.monitoring.store.rechecks import Expected
from services.monitoring.usecases import alert_changes, gate, panel, soft_flags, tiers
from services.monitoring.usecases.alert_changes import Changed
from services.monitoring.usecases.gate import Case, Touched
from services.monitoring.usecases.rosters import Person
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Severity

_RAISING = frozenset({Severity.MODERATE, Severity.HIGH, Severity.CRITICAL})


class Followed(NamedTuple):
    """The alerts that were opened or changed, and the readings newly found to have jumped."""

    alerts: Sequence[Changed]
    jumped: frozenset[Place]


NOTHING = Followed((), frozenset())


async def follow(
    tx: Session,
    people: Mapping[UUID, Person],
    touched: Mapping[UUID, Touched],
    *,
    actor: Actor,
    now: datetime,
) -> Followed:
    """Bring the alerts of locked patients in line with their readings."""
    cases = await gate.cases(tx, people, touched, now=now)
    if not cases:
        return NOTHING
    alerted = [case for case in cases if case.alerts]
    rows = await alerts.concerning(
        tx, [Since(each.followed.enrollment_id, min(each.since.values())) for each in alerted]
    )
    known = {
        enrollment_id: {row.id: (row, alerts.alert_of(row)) for row in each} for enrollment_id, each in rows.items()
    }
    windows = [window for case in cases for window in _windows(case, _alerts(known, case), now)]
    history = await _history(tx, windows)
    changed: list[Changed] = []
    expected: list[Expected] = []
    for case in cases:
        each = case.followed
        before = _alerts(known, case)
        found = evaluation.evaluate(
            each.protocol,
            each.watch,
            history.get(each.patient_id, ()),
            before,
            touched=case.since,
            rules=case.rules,
            now=now,
        )
        own = {alert_id: row for alert_id, (row, _) in known.get(each.enrollment_id, {}).items()}
        changed += await alert_changes.write(tx, case.person, each, own, before, found, actor=actor, now=now)
        expected += [
            Expected(each.enrollment_id, each.patient_id, due.rule, due.metric, due.at, due.due)
            for due in found.rechecks
        ]
    await rechecks.expect(tx, expected)
    jumped = await soft_flags.mark(tx, changed)
    moved = [each.row for each in changed if each.moved]
    if serious := {row.enrollment_id for row in moved if row.severity in _RAISING}:
        await tiers.after_alerts(tx, serious, now=now)
    await panel.refresh(tx, {row.patient_id for row in moved}, now=now)
    return Followed(changed, jumped)


_Known = Mapping[UUID, Mapping[UUID, tuple[AlertRow, Alert]]]


def _alerts(known: _Known, case: Case) -> Sequence[Alert]:
    return [alert for _, alert in known.get(case.followed.enrollment_id, {}).values()]


def _windows(case: Case, before: Sequence[Alert], now: datetime) -> list[Window]:
    each = case.followed
    needed = evaluation.window(each.protocol, each.watch, before, case.since, case.rules)
    stop = max(now, *case.since.values()) + gate.AHEAD
    return [Window(each.patient_id, metric.value, start, stop) for metric, start in needed.items()]


async def _history(tx: Session, windows: Iterable[Window]) -> dict[UUID, list[Reading]]:
    # Two enrollments of one patient may need overlapping windows: one window a metric, from the earlier start.
    merged: dict[tuple[UUID, str], Window] = {}
    for window in windows:
        known = merged.get(window[:2])
        merged[window[:2]] = window if known is None or window.start < known.start else known
    return await reading_evidence.evidence(tx, list(merged.values()))
