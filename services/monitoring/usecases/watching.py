"""Evaluate what a change of readings means, and write what that changes: alerts, rechecks, needs asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from services.monitoring.domain import evaluation
from services.monitoring.domain.alerts import Alert
from services.monitoring.domain.readings import Reading, circumstances
from services.monitoring.store import alerts, readings, rechecks
from services.monitoring.store.alerts import AlertRow, Since
from services.monitoring.store.readings import Stored, Window
from services.monitoring.store.rechecks import Expected
from services.monitoring.usecases import alert_changes
from services.monitoring.usecases.rosters import Followed, Person
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Comparator, Metric, ReadingStatus

# Device clocks may run ahead of ours by minutes, never by a day.
_AHEAD = timedelta(days=1)
_METRICS = {metric.value: metric for metric in Metric}
_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Touched:
    """What came, changed or went for one patient; ``certain`` are changes that must be evaluated whatever they say."""

    new: list[Reading] = field(default_factory=list)
    certain: list[tuple[Metric, datetime]] = field(default_factory=list)


@dataclass(slots=True)
class _Case:
    """One enrollment on its way through an evaluation."""

    person: Person
    followed: Followed
    touched: Touched
    rows: list[AlertRow] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    since: dict[Metric, datetime] = field(default_factory=dict)


def reading_of(stored: Stored) -> Reading:
    """A stored reading as rules see it."""
    context = circumstances(orjson.loads(stored.context)) if stored.context else (_NOTHING, _NOTHING)
    return Reading(
        metric=_METRICS[stored.metric],
        value=stored.value,
        unit=stored.unit,
        observed_at=stored.observed_at,
        received_at=stored.received_at,
        source=stored.source,
        comparator=Comparator(stored.comparator) if stored.comparator else None,
        context=context[0],
        symptoms=context[1],
        status=ReadingStatus(stored.status),
        flags=frozenset(stored.flags),
    )


async def follow(
    tx: Session,
    people: Mapping[UUID, Person],
    touched: Mapping[UUID, Touched],
    *,
    actor: Actor,
    now: datetime,
) -> list[AlertRow]:
    """Bring the alerts of locked patients in line with their readings; returns the alerts that were changed."""
    cases = [
        _Case(people[patient_id], each, what)
        for patient_id, what in touched.items()
        for each in people[patient_id].followed
    ]
    earliest = [(case, at) for case in cases if (at := _earliest(case)) is not None]
    if not earliest:
        return []
    stored = await alerts.concerning(tx, [Since(case.followed.enrollment_id, at) for case, at in earliest])
    concerned = []
    for case, _ in earliest:
        case.rows = stored.get(case.followed.enrollment_id, [])
        case.alerts = [alerts.alert_of(row) for row in case.rows]
        case.since = _since(case)
        if case.since:
            concerned.append(case)
    return await _evaluate(tx, concerned, actor=actor, now=now)


def _earliest(case: _Case) -> datetime | None:
    """The earliest touched instant of a metric the protocol has a rule for."""
    protocol = case.followed.protocol
    instants = [each.observed_at for each in case.touched.new if protocol.rules_of(each.metric)]
    instants += [at for metric, at in case.touched.certain if protocol.rules_of(metric)]
    return min(instants, default=None)


def _since(case: _Case) -> dict[Metric, datetime]:
    """By metric the earliest instant at which something may have changed for the rules."""
    since: dict[Metric, datetime] = {}
    protocol, watch = case.followed.protocol, case.followed.watch
    for reading in case.touched.new:
        at = reading.observed_at
        known = since.get(reading.metric)
        if (known is None or at < known) and evaluation.needs_history(protocol, watch, reading, case.alerts):
            since[reading.metric] = at
    for metric, at in case.touched.certain:
        since[metric] = min(at, since.get(metric, at))
    return since


async def _evaluate(tx: Session, cases: Sequence[_Case], *, actor: Actor, now: datetime) -> list[AlertRow]:
    windows = {case.followed.enrollment_id: _windows(case, now) for case in cases}
    history = await _history(tx, (window for each in windows.values() for window in each))
    changed: list[AlertRow] = []
    expected: list[Expected] = []
    for case in cases:
        each = case.followed
        found = evaluation.evaluate(
            each.protocol,
            each.watch,
            history.get(each.patient_id, ()),
            case.alerts,
            touched=case.since,
            now=now,
        )
        rows = {row.id: row for row in case.rows}
        changed += await alert_changes.write(tx, case.person, each, rows, case.alerts, found, actor=actor, now=now)
        expected += [
            Expected(each.enrollment_id, each.patient_id, due.rule, due.metric, due.at, due.due)
            for due in found.rechecks
        ]
    await rechecks.expect(tx, expected)
    return changed


def _windows(case: _Case, now: datetime) -> list[Window]:
    each = case.followed
    needed = evaluation.window(each.protocol, each.watch, case.alerts, case.since)
    stop = max(now, *case.since.values()) + _AHEAD
    return [Window(each.patient_id, metric, start, stop) for metric, start in needed.items()]


async def _history(tx: Session, windows: Iterable[Window]) -> dict[UUID, list[Reading]]:
    # Two enrollments of one patient may need overlapping windows: one window a metric, from the earlier start.
    merged: dict[tuple[UUID, str], Window] = {}
    for window in windows:
        known = merged.get(window[:2])
        merged[window[:2]] = window if known is None or window.start < known.start else known
    history: dict[UUID, list[Reading]] = {}
    for stored in await readings.within(tx, list(merged.values())):
        history.setdefault(stored.patient_id, []).append(reading_of(stored))
    return history
