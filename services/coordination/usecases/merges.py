"""Merging two records of one person: both stay, linked; open work moves to the one that goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.coordination.domain.patients import Person, check_merge, differences
from services.coordination.domain.reasons import with_reason
from services.coordination.store import calendars, need_codec, need_obligations, needs, patients, stays
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import announcements, need_work
from services.coordination.usecases.need_work import Note
from services.coordination.usecases.patients import view
from shared.contracts.coordination.patients import MergeMove, MergePatient, MergePreview, MergeRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import Problem, check_version
from shared.vocabulary import NeedAct, Sex, WithdrawReason


@dataclass(frozen=True, slots=True)
class Pairing:
    """One open need of the record that ends, and the same need of the other record when there is one."""

    need: NeedRow
    same: NeedRow | None


async def preview(tx: Session, patient_id: UUID, into: UUID) -> MergePreview:
    """What a merge would do; nothing is stored.

    Raises:
        NotFound: one of the two is not there.
    """
    ending, staying = await patients.get(tx, patient_id), await patients.get(tx, into)
    audit.saw(tx, ending.id)
    audit.saw(tx, staying.id)
    refused: str | None = None
    try:
        check_merge(_person(ending), _person(staying))
    except Problem as refusal:
        refused = refusal.detail
    pairs = _pairs(await needs.peek_open(tx, ending.id), await needs.peek_open(tx, staying.id))
    return MergePreview(
        patient_id=ending.id,
        into=staying.id,
        refused=refused,
        differences=differences(_person(ending), _person(staying)),
        needs=[_move(pair) for pair in pairs],
        stays=list(await stays.of_patient_open(tx, ending.id)),
    )


async def merge(
    tx: Session, patient_id: UUID, body: MergePatient, *, version: int, actor: Actor, now: datetime
) -> MergeRead:
    """Link a record to the one that goes on and move its open needs and stays there.

    A need both have is joined: the reasons go over, the strictest clock wins, the doubled one is withdrawn.

    Raises:
        NotFound, Stale.
        MergeWithItself, AlreadyMerged, MergeLivingWithDead.
    """
    ending, staying = await _both(tx, patient_id, body.into)
    check_version(ending.version, version)
    check_merge(_person(ending), _person(staying))
    pairs = _pairs(await needs.open_of(tx, ending.id), await needs.open_of(tx, staying.id))
    moves = [_move(pair) for pair in pairs]
    note = Note(by=actor.person, now=now, code=WithdrawReason.MERGED.value, text=body.reason)
    for pair in pairs:
        await _carry(tx, pair, staying, note)
    moved_stays = await stays.of_patient_open(tx, ending.id)
    await stays.move(tx, moved_stays, staying.id, now)
    ending.merged_into, ending.merged_at = staying.id, now
    staying.monitored = staying.monitored or ending.monitored
    for row in (ending, staying):
        row.version, row.updated_at = row.version + 1, now
        await announcements.patient_changed(tx, row, actor=actor, now=now)
    return MergeRead(
        patient=view(tx, ending, actor), into=view(tx, staying, actor), needs=moves, stays=list(moved_stays)
    )


async def _both(tx: Session, ending: UUID, staying: UUID) -> tuple[PatientRow, PatientRow]:
    # Locked in the order of their ids, so that two opposite merges cannot wait for each other.
    rows = {one: await patients.get_for_update(tx, one) for one in sorted({ending, staying})}
    return rows[ending], rows[staying]


async def _carry(tx: Session, pair: Pairing, staying: PatientRow, note: Note) -> None:
    need, same = pair.need, pair.same
    if same is None:
        before = need.patient_id
        need.patient_id = staying.id
        await need_work.noted(tx, need, "move", need.state, Note(note.by, note.now, text=f"from {before}"))
        return
    await need_work.act(tx, need, NeedAct.WITHDRAW, note)
    reasons = need_codec.reasons_of(same)
    for reason in need_codec.reasons_of(need):
        reasons = with_reason(reasons, reason)
    same.reasons = need_codec.keep_reasons(reasons)
    need_work.settle(same, await calendars.calendar(tx, same.zone))
    same.version, same.updated_at = same.version + 1, note.now
    await tx.flush()
    await need_obligations.put(tx, [same], note.now)


def _pairs(ending: Sequence[NeedRow], staying: Sequence[NeedRow]) -> list[Pairing]:
    known = {(row.kind, row.scope): row for row in staying}
    return [Pairing(row, known.get((row.kind, row.scope))) for row in ending]


def _move(pair: Pairing) -> MergeMove:
    joined = None if pair.same is None else pair.same.id
    return MergeMove(
        need_id=pair.need.id, kind=pair.need.kind, how="moved" if joined is None else "joined", joined_to=joined
    )


def _person(row: PatientRow) -> Person:
    return Person(row.id, row.family, row.given, row.birth_date, Sex(row.sex), row.deceased_at, row.merged_into)
