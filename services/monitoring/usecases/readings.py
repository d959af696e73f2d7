"""Record readings, correct them, take them out of use, and read them again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.domain import evaluation
from services.monitoring.domain.reading_ids import read_id
from services.monitoring.domain.reading_problems import AlreadyVerified, AlreadyVoid, NotStored
from services.monitoring.store import reading_versions, readings
from services.monitoring.store.readings import Place, Stored
from services.monitoring.usecases import (
    alert_words,
    changed_readings,
    corrections,
    intake,
    judging,
    reading_words,
    rosters,
    set_aside,
)
from services.monitoring.usecases.alert_changes import Changed
from services.monitoring.usecases.intake import Taken
from services.monitoring.usecases.judging import Sent, SetAside
from services.monitoring.usecases.rosters import Person
from shared.contracts.monitoring.alerts import AlertRead
from shared.contracts.monitoring.readings import (
    BatchResult,
    CorrectReading,
    Item,
    ReadingRead,
    ReadingVersionRead,
    RecordedReading,
    VerifyReading,
    VoidReading,
)
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import NotFound, check_version
from shared.vocabulary import Comparator, ItemOutcome, ReadingStatus

Done = RecordedReading | NotStored
_STANDING = frozenset({ItemOutcome.DUPLICATE, ItemOutcome.CORRECTED})


class SamePatientTwice(RuntimeError):
    """The caller has to keep them apart: what comes of the second depends on the first."""


async def record(tx: Session, item: Item, *, actor: Actor, now: datetime) -> Done:
    """Take one reading in. A refusal is returned, not raised: its reading issue must outlive the request."""
    ((done, seen),) = await record_several(tx, [item], actor=actor, now=now)
    for patient_id in seen.patients:
        audit.saw(tx, patient_id)
    return done


async def record_several(
    tx: Session, items: Sequence[Item], *, actor: Actor, now: datetime
) -> list[tuple[Done, audit.Seen]]:
    """Take readings of different patients in, each as if by itself; what each request has seen is left to its audit."""
    taken = await intake.take(tx, items, actor=actor, now=now)
    if len(taken.people) < len(taken.sent):
        raise SamePatientTwice("two readings of one patient are not alike when taken together")
    again = [each.place for i, each in taken.sent.items() if taken.outcomes[i] in _STANDING]
    standing = await readings.at(tx, again)
    changed: dict[UUID, list[Changed]] = {}
    for each in taken.alerts:
        changed.setdefault(each.row.patient_id, []).append(each)
    return [_done(taken, index, standing, changed, actor, now) for index in range(len(items))]


def _done(
    taken: Taken,
    index: int,
    standing: Mapping[Place, Stored],
    changed: Mapping[UUID, Sequence[Changed]],
    actor: Actor,
    now: datetime,
) -> tuple[Done, audit.Seen]:
    aside = taken.aside.get(index)
    if aside is not None:
        clash = aside.outcome is ItemOutcome.CONFLICT
        seen = audit.Seen({aside.patient_id} if aside.patient_id is not None else set())
        return NotStored(aside.detail, code=aside.code, conflict=clash, issue_id=taken.issues[index]), seen
    sent, became = taken.sent[index], taken.outcomes[index]
    reading = reading_words.read(standing[sent.place]) if became in _STANDING else reading_words.new(sent)
    recorded = RecordedReading.model_construct(
        outcome=became,
        notes=[*reading_words.notes(sent, taken.issues.get(index)), *_recorded_only(taken, sent)],
        reading=reading,
        alerts=[_raised(each, actor, now) for each in changed.get(sent.patient_id, ())],
    )
    return recorded, audit.Seen({sent.patient_id})


def _raised(each: Changed, actor: Actor, now: datetime) -> AlertRead:
    """An alert with what was added to it: the evidence of weeks would make most of the answer to a batch."""
    return alert_words.read(each.row, evidence=each.added, actor=actor, now=now)


def _recorded_only(taken: Taken, sent: Sent) -> list[str]:
    """Findings of severity info: they count in trends and open no alert (clinical §1.9)."""
    return [
        f"{found.rule} ({found.severity}): {found.text}"
        for followed in taken.people[sent.patient_id].followed
        for found in evaluation.notes(followed.protocol, followed.watch, sent.reading)
    ]


async def record_batch(tx: Session, items: Sequence[Item], *, actor: Actor, now: datetime) -> BatchResult:
    """Take up to 10,000 readings in, with an outcome for each; a bad one costs the others nothing."""
    taken = await intake.take(tx, items, actor=actor, now=now)
    return _result(taken, len(items), [_raised(each, actor, now) for each in taken.alerts])


async def get(tx: Session, reading_id: str) -> ReadingRead:
    """One reading as it stands; raises NotFound."""
    stored = await _find(tx, reading_id)
    audit.saw(tx, stored.patient_id, reading_id)
    return reading_words.read(stored)


async def history(tx: Session, reading_id: str) -> list[ReadingVersionRead]:
    """What a reading was before, oldest first; raises NotFound."""
    stored = await _find(tx, reading_id)
    audit.saw(tx, stored.patient_id, reading_id)
    return [
        ReadingVersionRead(
            version=row.version,
            value=row.value,
            unit=row.unit,
            comparator=Comparator(row.comparator) if row.comparator else None,
            status=ReadingStatus.ENTERED_IN_ERROR,
            replaced_at=row.replaced_at,
            replaced_by=row.replaced_by,
            reason=row.reason,
        )
        for row in await reading_versions.versions(tx, stored.place)
    ]


async def correct(
    tx: Session, reading_id: str, body: CorrectReading, *, version: int, actor: Actor, now: datetime
) -> RecordedReading | NotStored:
    """Put the right value in place of a wrong one and evaluate again; also brings a voided reading back.

    Raises:
        NotFound: no such reading.
        Stale: somebody changed it first.
    """
    before, people = await _locked(tx, reading_id, version)
    sent = await corrections.judged(tx, before, body, people, now=now)
    if isinstance(sent, SetAside):
        ids = await set_aside.keep(tx, [sent], now=now)
        return NotStored(sent.detail, code=sent.code, conflict=False, issue_id=ids[0])
    row = sent.row._replace(offset_minutes=before.offset_minutes)
    await reading_versions.replace(tx, row, why=body.reason, by=actor.person, now=now)
    issues = await set_aside.keep(tx, judging.left_over([sent]), now=now)
    return await _evaluated(tx, before, people, reading_words.notes(sent, issues.get(0)), actor=actor, now=now)


async def verify(
    tx: Session, reading_id: str, body: VerifyReading, *, version: int, actor: Actor, now: datetime
) -> RecordedReading:
    """Say that a value is right as it stands, and evaluate again: a rule may have waited for it.

    Raises:
        NotFound: no such reading.
        Stale: somebody changed it first.
        AlreadyVoid: it is out of use.
        AlreadyVerified: somebody has said so already.
    """
    before, people = await _locked(tx, reading_id, version)
    if before.status == ReadingStatus.ENTERED_IN_ERROR:
        raise AlreadyVoid("It is out of use. Correct it if the value should stand after all.")
    if reading_words.context(before).get("verified") is True:
        raise AlreadyVerified("Nothing is left to verify. Correct or void it if the value is wrong after all.")
    await reading_versions.verify(tx, before.place, how=body.how, by=actor.person, now=now)
    return await _evaluated(tx, before, people, (), actor=actor, now=now)


async def void(
    tx: Session, reading_id: str, body: VoidReading, *, version: int, actor: Actor, now: datetime
) -> RecordedReading:
    """Take a reading out of use and evaluate again what rested on it.

    Raises:
        NotFound: no such reading.
        Stale: somebody changed it first.
        AlreadyVoid: it is out of use already.
    """
    before, people = await _locked(tx, reading_id, version)
    if before.status == ReadingStatus.ENTERED_IN_ERROR:
        raise AlreadyVoid("Nothing is left to void. Correct it if the value should stand after all.")
    await reading_versions.void(tx, before.place, why=body.reason, by=actor.person, now=now)
    return await _evaluated(tx, before, people, (), actor=actor, now=now)


async def _locked(tx: Session, reading_id: str, version: int) -> tuple[Stored, Mapping[UUID, Person]]:
    """The reading, and its patient with the row locked until the end."""
    ref = read_id(reading_id)
    people = await rosters.lock(tx, [ref.patient_id]) if ref is not None else {}
    stored = await _find(tx, reading_id)
    check_version(stored.version, version)
    return stored, people


async def _find(tx: Session, reading_id: str) -> Stored:
    ref = read_id(reading_id)
    if ref is not None:
        for stored in await readings.of_instant(tx, ref.patient_id, ref.metric, ref.observed_at):
            if ref.names(stored.source):
                return stored
    raise NotFound("reading")


async def _evaluated(
    tx: Session, before: Stored, people: Mapping[UUID, Person], notes: Sequence[str], *, actor: Actor, now: datetime
) -> RecordedReading:
    changed = await changed_readings.follow(tx, before, people, actor=actor, now=now)
    reading = reading_words.read((await readings.at(tx, [before.place]))[before.place])
    audit.saw(tx, before.patient_id, reading.id)
    return RecordedReading(
        outcome=ItemOutcome.CORRECTED,
        notes=list(notes),
        reading=reading,
        alerts=[alert_words.read(row, actor=actor, now=now) for row in changed],
    )


def _result(taken: Taken, count: int, raised: list[AlertRead]) -> BatchResult:
    tally = dict.fromkeys(ItemOutcome, 0)
    for became in taken.outcomes.values():
        tally[became] += 1
    return BatchResult(
        **{name.value: number for name, number in tally.items()},
        items=[reading_words.result(index, taken) for index in range(count)],
        alerts=raised,
    )
