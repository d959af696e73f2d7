"""Flag what is unlikely for this patient, so that somebody verifies it; a plain reading costs no statement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.monitoring.domain import soft_flags as rules
from services.monitoring.domain.changes import Jumped
from services.monitoring.domain.metrics import Accepted
from services.monitoring.domain.pinned import pinned
from services.monitoring.store import reading_versions, readings
from services.monitoring.store.readings import Place, Window
from services.monitoring.usecases import judging
from services.monitoring.usecases.alert_changes import Changed
from services.monitoring.usecases.judging import Sent
from services.monitoring.usecases.rosters import Person
from shared.db.base import Session
from shared.vocabulary import Metric, ReadingStatus

_CONCERNED = frozenset({Metric.PEF, Metric.EGFR})
_INSTANT = timedelta(microseconds=1)


class _Known(NamedTuple):
    """A filtration in the unit of charts."""

    place: Place
    value: Decimal


async def flag(tx: Session, sent: list[Sent], people: Mapping[UUID, Person]) -> list[Sent]:
    """Items with the flags their patient's personal best, last filtration and death give them.

    Asks the database only where a filtration is among them.
    """
    if any(person.deceased_at is not None for person in people.values()):
        sent = [_of_the_dead(each, people[each.patient_id].deceased_at) for each in sent]
    if not any(each.reading.metric in _CONCERNED for each in sent):
        return sent
    before = await _filtrations(tx, [each for each in sent if each.reading.metric is Metric.EGFR])
    return [_flagged(each, people[each.patient_id], before) for each in sent]


def _of_the_dead(sent: Sent, deceased_at: datetime | None) -> Sent:
    if not rules.after_death(sent.reading.observed_at, deceased_at):
        return sent
    return judging.flagged(sent, Accepted(sent.reading.unit, frozenset({rules.AFTER_DEATH})))


def _flagged(sent: Sent, person: Person, before: Iterable[_Known]) -> Sent:
    reading, found = sent.reading, None
    if reading.metric is Metric.PEF:
        best = (each.watch.baseline(Metric.PEF_BEST, reading.observed_at) for each in person.followed)
        found = rules.ABOVE_BEST if any(rules.above_best(reading.value, reading.unit, each) for each in best) else None
    elif reading.metric is Metric.EGFR and rules.dropped(sent.row.canonical, _last(sent, before)):
        found = rules.DROPPED
    return sent if found is None else judging.flagged(sent, Accepted(reading.unit, frozenset({found})))


async def _filtrations(tx: Session, sent: Sequence[Sent]) -> list[_Known]:
    at = [each.reading.observed_at for each in sent]
    windows = [
        Window(each.patient_id, Metric.EGFR.value, when - rules.LOOKBACK, when - _INSTANT)
        for each, when in zip(sent, at, strict=True)
    ]
    stored = await readings.within(tx, windows)
    standing = [_Known(each.place, each.canonical) for each in stored if each.status != ReadingStatus.ENTERED_IN_ERROR]
    return standing + [_Known(each.place, each.row.canonical) for each in sent]


def _last(sent: Sent, known: Iterable[_Known]) -> Decimal | None:
    at = sent.reading.observed_at
    earlier = [
        each
        for each in known
        if each.place.patient_id == sent.patient_id and at - rules.LOOKBACK <= each.place.observed_at < at
    ]
    return max(earlier, key=lambda each: each.place[2:]).value if earlier else None


async def mark(tx: Session, changed: Iterable[Changed]) -> frozenset[Place]:
    """Flag what was found to have jumped, beside the alert that says so; returns those readings."""
    jumped = frozenset(
        Place(row.patient_id, key.metric.value, key.observed_at, key.source)
        for row, _, added in changed
        if added and isinstance(pinned(row.protocol, row.protocol_version).rule(row.rule), Jumped)
        for key in (each.reading for each in added)
    )
    await reading_versions.flag(tx, jumped, rules.JUMPED)
    return jumped


def shown(sent: Sent, jumped: frozenset[Place]) -> Sent:
    """The item as it is answered once it is known whether it jumped."""
    if sent.place not in jumped:
        return sent
    return judging.flagged(sent, Accepted(sent.reading.unit, frozenset({rules.JUMPED})))
