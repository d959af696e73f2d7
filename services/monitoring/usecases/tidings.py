"""Tell coordination what newly stored readings may meet: the first reading of an enrollment, laboratory results."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.readings import Reading
from services.monitoring.store import enrollments, expectation_plans
from services.monitoring.usecases import messages
from services.monitoring.usecases.judging import Sent
from services.monitoring.usecases.rosters import Followed, Person
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import EvidenceKind, Metric

LABORATORY = frozenset({Metric.POTASSIUM, Metric.CREATININE, Metric.EGFR, Metric.UACR, Metric.HBA1C, Metric.LDL})
"""What coordination's laboratory needs ask for."""


async def send(
    tx: Session, people: Mapping[UUID, Person], stored: Sequence[Sent], *, actor: Actor, now: datetime
) -> None:
    """Only readings measured while the patient is followed count: an imported history meets no need."""
    waiting = {each.enrollment_id: each for person in people.values() for each in person.followed if each.awaits_first}
    if waiting:
        await _first(tx, people, waiting, stored, actor=actor, now=now)
    examined = {
        each.enrollment_id
        for result in stored
        for each in people[result.patient_id].followed
        if result.reading.metric in each.protocol.examined
    }
    if examined:
        await expectation_plans.reexamine(tx, sorted(examined), now)
    labs = [each for each in stored if each.reading.metric in LABORATORY and people[each.patient_id].followed]
    if labs:
        await _laboratory(tx, people, labs, actor=actor, now=now)


async def _first(
    tx: Session,
    people: Mapping[UUID, Person],
    waiting: Mapping[UUID, Followed],
    stored: Iterable[Sent],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    earliest: dict[UUID, Sent] = {}
    for sent in stored:
        for each in people[sent.patient_id].followed:
            if each.enrollment_id in waiting and _counts(each, sent.reading):
                known = earliest.get(each.enrollment_id)
                if known is None or sent.reading.key < known.reading.key:
                    earliest[each.enrollment_id] = sent
    first = await enrollments.first_readings(
        tx, [(enrollment_id, sent.reading.observed_at) for enrollment_id, sent in sorted(earliest.items())]
    )
    for enrollment_id in sorted(first):
        if waiting[enrollment_id].request_id is not None:
            sent = earliest[enrollment_id]
            await _evidence(tx, people, EvidenceKind.FIRST_READING, [sent], actor=actor, now=now)


def _counts(followed: Followed, reading: Reading) -> bool:
    return reading.observed_at >= followed.watch.since and reading.metric in followed.protocol.metrics


async def _laboratory(
    tx: Session, people: Mapping[UUID, Person], labs: Iterable[Sent], *, actor: Actor, now: datetime
) -> None:
    drawn: dict[tuple[UUID, datetime], list[Sent]] = {}
    for sent in labs:
        at = sent.reading.observed_at
        if any(at >= each.watch.since for each in people[sent.patient_id].followed):
            drawn.setdefault((sent.patient_id, at), []).append(sent)
    for _, together in sorted(drawn.items()):
        await _evidence(tx, people, EvidenceKind.LAB_RESULT, together, actor=actor, now=now)


async def _evidence(
    tx: Session,
    people: Mapping[UUID, Person],
    kind: EvidenceKind,
    sent: Sequence[Sent],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    first = sent[0]
    await messages.evidence(
        tx,
        people[first.patient_id],
        kind=kind,
        metrics=[each.reading.metric for each in sent],
        # A device's clock may run ahead; what has arrived has happened.
        occurred_at=min(first.reading.observed_at, now),
        reading_id=reading_id(first.patient_id, first.reading.key),
        actor=actor,
        now=now,
    )
