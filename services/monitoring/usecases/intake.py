"""Take readings in: judge each, store what is new, say what became of every item, evaluate once for the whole batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.readings import outcome, same_content
from services.monitoring.store import patients, reading_external_ids, reading_versions, readings
from services.monitoring.store.reading_evidence import reading_of
from services.monitoring.store.readings import Place, Stored
from services.monitoring.usecases import (
    devices,
    filtration,
    judging,
    missing,
    pressures,
    rosters,
    set_aside,
    soft_flags,
    tidings,
    watching,
)
from services.monitoring.usecases.alert_changes import Changed
from services.monitoring.usecases.gate import Touched
from services.monitoring.usecases.judging import Sent, SetAside
from services.monitoring.usecases.rosters import Person
from shared.contracts.monitoring.readings import Item
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import ItemOutcome, Metric

Pair = tuple[str, str]
_AGAIN = "The sender sent other content under the same id"


@dataclass(slots=True)
class Taken:
    """What became of the items, in the order sent."""

    outcomes: dict[int, ItemOutcome] = field(default_factory=dict)
    sent: dict[int, Sent] = field(default_factory=dict)
    aside: dict[int, SetAside] = field(default_factory=dict)
    issues: dict[int, UUID] = field(default_factory=dict)
    alerts: list[Changed] = field(default_factory=list)
    people: Mapping[UUID, Person] = field(default_factory=dict)


@dataclass(slots=True)
class _Batch:
    """A batch on its way in."""

    people: dict[UUID, Person]
    actor: Actor
    now: datetime
    taken: Taken = field(default_factory=Taken)
    touched: dict[UUID, Touched] = field(default_factory=dict)
    stored: list[Sent] = field(default_factory=list)

    def touch(self, patient_id: UUID) -> Touched:
        """What has changed for a patient so far."""
        return self.touched.setdefault(patient_id, Touched())

    def conflict(self, sent: Sent, code: str, detail: str) -> None:
        """Put an item aside because something else stands in its place."""
        self.taken.aside[sent.index] = SetAside(
            sent.index, sent.body, sent.patient_id, ItemOutcome.CONFLICT, code, detail
        )


async def take(tx: Session, items: Sequence[Item], *, actor: Actor, now: datetime) -> Taken:
    """Take a batch in. The patients' rows stay locked until the end of the transaction."""
    owners = await patients.owners(tx, judging.named(items))
    sent, aside = judging.sort_out(items, owners, now=now)
    sources = {each.reading.source for each in sent}
    roster = await rosters.of_batch(tx, {each.patient_id for each in sent}, sources)
    people = roster.people
    aside += [judging.unknown(each.index, each.body) for each in sent if each.patient_id not in people]
    sent = [each for each in sent if each.patient_id in people]
    sent, others = judging.lived(sent, {person.patient_id: person.born for person in people.values()})
    aside += others
    if roster.devices:
        sent, others = await devices.sort_out(tx, sent)
        aside += others
    sent, others = await pressures.sort_out(tx, sent)
    aside += others
    sent = await soft_flags.flag(tx, sent, people)
    batch = _Batch(people, actor, now)
    batch.taken.aside = {each.index: each for each in aside}
    batch.taken.sent = {each.index: each for each in sent}
    for each in _rounds(sent):
        await _store(tx, batch, each)
    await _filtrations(tx, batch)
    for patient_id in people:
        audit.saw(tx, patient_id)
    taken = batch.taken
    taken.people = people
    taken.outcomes |= {index: each.outcome for index, each in taken.aside.items()}
    over = judging.left_over(each for each in taken.sent.values() if each.index not in taken.aside)
    taken.issues = await set_aside.keep(tx, [*taken.aside.values(), *over], now=now)
    followed = await watching.follow(tx, people, batch.touched, actor=actor, now=now)
    taken.alerts = list(followed.alerts)
    if followed.jumped:
        taken.sent = {index: soft_flags.shown(each, followed.jumped) for index, each in taken.sent.items()}
    await tidings.send(tx, people, batch.stored, actor=actor, now=now)
    taken.alerts += [Changed(row, True, ()) for row in await missing.heard(tx, people, actor=actor, now=now)]
    return taken


async def _filtrations(tx: Session, batch: _Batch) -> None:
    """Where a creatinine or a filtration came or changed, what is computed from it follows."""
    concerned: dict[UUID, list[datetime]] = {}
    for patient_id, touched in batch.touched.items():
        new = [each.observed_at for each in touched.new if each.metric in filtration.CONCERNED]
        certain = [at for metric, at in touched.certain if metric in filtration.CONCERNED]
        if new or certain:
            concerned[patient_id] = new + certain
    if concerned:
        done = await filtration.settle(tx, batch.people, concerned, actor=batch.actor, now=batch.now)
        for patient_id, instants in done.touched.items():
            batch.touch(patient_id).certain += [(Metric.EGFR, at) for at in instants]
        batch.stored += done.new


def _rounds(sent: Sequence[Sent]) -> list[list[Sent]]:
    """Items with a sender's id that came earlier in the batch wait for the next round: they are corrections of it."""
    rounds: list[list[Sent]] = [[]]
    times: dict[Pair, int] = {}
    for each in sent:
        pair = _external(each)
        number = times.get(pair, 0) if pair else 0
        if pair:
            times[pair] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(each)
    return rounds


def _external(sent: Sent) -> Pair | None:
    given = sent.body.external_id
    return (given.system, given.value) if given is not None else None


async def _store(tx: Session, batch: _Batch, sent: Sequence[Sent]) -> None:
    pairs = [pair for each in sent if (pair := _external(each)) is not None]
    known = await reading_external_ids.by_external(tx, pairs)
    fresh: dict[Place, Sent] = {}
    twins: list[tuple[Sent, Sent]] = []
    for each in sent:
        if not known or _external(each) not in known:
            first = fresh.setdefault(each.place, each)
            if first is not each:
                twins.append((first, each))
    missing = await readings.insert_new(tx, [each.row for each in fresh.values()], received_at=batch.now)
    for place, each in fresh.items():
        if place not in missing:
            _new(batch, each)
    if missing or len(fresh) < len(sent):
        again = {each.index for _, each in twins}
        await _settle_known(tx, batch, [each for each in sent if each.index not in again], known)
    for first, each in twins:
        _twice(batch, first, each)
    if pairs:
        await _remember(tx, batch, sent)


def _new(batch: _Batch, sent: Sent) -> None:
    batch.taken.outcomes[sent.index] = ItemOutcome.STORED
    batch.touch(sent.patient_id).new.append(sent.reading)
    batch.stored.append(sent)


def _twice(batch: _Batch, first: Sent, again: Sent) -> None:
    stands = first.index not in batch.taken.aside
    if stands and same_content(first.reading, again.reading):
        batch.taken.outcomes[again.index] = ItemOutcome.DUPLICATE
    else:
        batch.conflict(again, *_OTHER_VALUE)


_OTHER_VALUE = (
    "reading.conflict",
    "Another value is stored for the same patient, metric, instant and source. If this one is right, correct that one.",
)
_OTHER_PATIENT = (
    "reading.other-patient",
    "This id belongs to a reading of another patient. Void that one first, then send this one under a new id.",
)


async def _settle_known(tx: Session, batch: _Batch, sent: Sequence[Sent], known: Mapping[Pair, Place]) -> None:
    """The items whose key or whose sender's id was there before."""
    rest = [each for each in sent if each.index not in batch.taken.outcomes]
    pairs = [pair for each in rest if (pair := _external(each)) is not None]
    places = {each.place for each in rest} | {known[pair] for pair in pairs if pair in known}
    standing = await readings.at(tx, sorted(places))
    for each in rest:
        pair = _external(each)
        before = standing.get(known[pair]) if pair is not None and pair in known else None
        await _settle(tx, batch, each, standing.get(each.place), before)


async def _settle(tx: Session, batch: _Batch, sent: Sent, at_key: Stored | None, known: Stored | None) -> None:
    if known is not None and known.patient_id != sent.patient_id:
        batch.conflict(sent, *_OTHER_PATIENT)
        return
    there = reading_of(at_key) if at_key is not None else None
    before = reading_of(known) if known is not None else None
    became = outcome(sent.reading, there, before)
    elsewhere = known is not None and known.place != sent.place
    if became is ItemOutcome.CORRECTED and elsewhere and at_key is not None:
        became = ItemOutcome.CONFLICT
    if became is ItemOutcome.CONFLICT:
        batch.conflict(sent, *_OTHER_VALUE)
        return
    batch.taken.outcomes[sent.index] = became
    if became is ItemOutcome.CORRECTED:
        await _correct(tx, batch, sent, known if elsewhere else None)


async def _correct(tx: Session, batch: _Batch, sent: Sent, moved_from: Stored | None) -> None:
    by, now = batch.actor.person, batch.now
    certain = batch.touch(sent.patient_id).certain
    certain.append((sent.reading.metric, sent.reading.observed_at))
    if moved_from is None:
        await reading_versions.replace(tx, sent.row, why=_AGAIN, by=by, now=now)
        return
    was = reading_of(moved_from)
    await reading_versions.void(tx, moved_from.place, why=_AGAIN, by=by, now=now)
    await readings.insert_new(tx, [sent.row], received_at=now)
    certain.append((was.metric, was.observed_at))


async def _remember(tx: Session, batch: _Batch, sent: Sequence[Sent]) -> None:
    kept = (each for each in sent if each.index not in batch.taken.aside)
    await reading_external_ids.remember(
        tx, [(pair, each.place) for each in kept if (pair := _external(each)) is not None]
    )
