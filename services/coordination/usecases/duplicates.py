"""Duplicates: found, shown with their reasons, and told apart."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain import duplicates as rules
from services.coordination.domain.duplicates import Likeness, Sketch
from services.coordination.store import duplicates as store
from services.coordination.store import patients as patient_store
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import patients
from shared.contracts.base import Page
from shared.contracts.coordination.duplicates import (
    DuplicateList,
    DuplicateRead,
    LikenessPart,
    LikePerson,
    PatientRegistered,
    TellApart,
    ToldApart,
)
from shared.contracts.coordination.patients import RegisterPatient
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id, encode_cursor

BATCH, BATCHES = 50, 20
# A date that stands for an unknown one is on many records: no more than these are compared.
COMPARED_WITH_ONE, COMPARED_WITH_BATCH, SHOWN = 500, 5_000, 50


async def register(tx: Session, body: RegisterPatient, *, actor: Actor, now: datetime) -> PatientRegistered:
    """Register a person and say which records look like the same one.

    Raises:
        IdentifierTaken, IdentifierTwice, BornInTheFuture, DeathImpossible: see :func:`patients.register`.
    """
    made = await patients.register(tx, body, actor=actor, now=now)
    found = await of_patient(tx, made.id)
    return PatientRegistered.model_validate({**dict(made), "possible_duplicates": found.items})


async def of_patient(tx: Session, patient_id: UUID) -> DuplicateList:
    """The records that look like the same person as one, the most alike first.

    Raises:
        NotFound: there is no such patient.
    """
    row = await patient_store.get(tx, patient_id)
    audit.saw(tx, row.id)
    if row.merged_into is not None:
        return DuplicateList(items=[])
    pairs = await _pairs(tx, [row], all_others=True)
    return DuplicateList(items=[_read(tx, *pair) for pair in sorted(pairs, key=lambda pair: -pair[2].score)[:SHOWN]])


async def page(tx: Session, *, cursor: str | None, limit: int) -> Page[DuplicateRead]:
    """Pairs that look like one person, by the older of the two records.

    A request looks through a thousand records at most: a page may be short, or empty, with more to come.
    """
    after, items = after_id(cursor), list[DuplicateRead]()
    for _ in range(BATCHES):
        rows = await store.walk(tx, after=after, limit=BATCH + 1)
        for pair in await _pairs(tx, rows[:BATCH]):
            items.append(_read(tx, *pair))
        if len(rows) <= BATCH:
            return Page(items=items, next_cursor=None)
        after = rows[BATCH - 1].id
        if len(items) >= limit:
            break
    return Page(items=items, next_cursor=encode_cursor(str(after)))


async def tell_apart(tx: Session, patient_id: UUID, body: TellApart, *, actor: Actor, now: datetime) -> ToldApart:
    """Keep that two records are of two people: the pair is not shown again.

    Raises:
        NotFound: one of the two is not there.
        SamePatient, AlreadyTold.
    """
    if patient_id == body.other:
        raise rules.SamePatient("Name the other record in 'other'.")
    for one in (patient_id, body.other):
        audit.saw(tx, (await patient_store.get(tx, one)).id)
    told = {"reason": body.reason, "told_by": actor.person, "told_at": now}
    if not await store.tell_apart(tx, patient_id, body.other, **told):
        raise rules.AlreadyTold("Nothing is left to do: the pair is not listed.")
    return ToldApart(patient_id=patient_id, other=body.other, reason=body.reason, told_by=actor.person, told_at=now)


async def _pairs(
    tx: Session, rows: Sequence[PatientRow], *, all_others: bool = False
) -> list[tuple[PatientRow, PatientRow, Likeness]]:
    """Each row with those like it; of two records the older names the pair unless ``all_others`` are asked for."""
    born = {row.birth_date for row in rows}
    born |= {day for each in tuple(born) if (day := rules.transposed(each)) is not None}
    keys = {pair for row in rows for pair in ((row.family_key, row.given_key), (row.given_key, row.family_key))}
    most = COMPARED_WITH_ONE if all_others else COMPARED_WITH_BATCH
    others = await store.near(tx, born, keys, most=most) if rows else []
    apart = await store.apart(tx, [row.id for row in rows])
    sketches = {row.id: _sketch(row) for row in (*rows, *others)}
    found = []
    for row in rows:
        for other in others:
            if other.id == row.id or (other.id < row.id and not all_others) or frozenset((row.id, other.id)) in apart:
                continue
            like = rules.likeness(sketches[row.id], sketches[other.id])
            if like is not None:
                found.append((row, other, like))
    return found


def _sketch(row: PatientRow) -> Sketch:
    reached = frozenset(rules.reach(each["kind"], each["value"]) for each in row.telecom)
    numbers = frozenset(each["value"] for each in row.identifiers)
    return Sketch(row.id, row.family, row.given, row.birth_date, row.sex, reached, numbers)


def _read(tx: Session, row: PatientRow, other: PatientRow, like: Likeness) -> DuplicateRead:
    for one in (row, other):
        audit.saw(tx, one.id)
    return DuplicateRead(
        patient=LikePerson.model_validate(row),
        other=LikePerson.model_validate(other),
        score=like.score,
        grade=like.grade,
        parts=[LikenessPart(part=each.part, points=each.points, why=each.why) for each in like.parts],
    )
