"""Merging two records of one person: both stay, linked; open work moves to the one that goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.coordination.domain.patients import Person, check_born_first, check_merge, differences
from services.coordination.domain.reasons import with_reason
from services.coordination.store import (
    calendars,
    merged_work,
    need_codec,
    needs,
    obligations,
    on_record,
    patients,
    stays,
    work_facets,
)
from services.coordination.store import merges as store
from services.coordination.store.merges import MergeRow, Standing
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import announcements, need_work
from services.coordination.usecases.need_work import Note
from services.coordination.usecases.patients import view
from shared.contracts.coordination.patients import MergeMove, MergePatient, MergePreview, MergeRead
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.problems import Problem, check_version
from shared.vocabulary import NeedAct, Sex, WithdrawReason


@dataclass(frozen=True, slots=True)
class Pairing:
    """One open need of the record that ends: of it and the same need of the other record, one is kept."""

    need: NeedRow
    kept: NeedRow
    gone: NeedRow | None


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
        await _check(tx, ending, staying)
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
        BornAfterRecord: something of the record that ends is from before the birth date of the one that stays.
    """
    ending, staying = await both(tx, patient_id, body.into)
    check_version(ending.version, version)
    await _check(tx, ending, staying)
    before = await store.standing(tx, (ending.id, staying.id))
    pairs = _pairs(await needs.open_of(tx, ending.id), await needs.open_of(tx, staying.id))
    moves = [_move(pair) for pair in pairs]
    note = Note(by=actor.person, now=now, code=WithdrawReason.MERGED.value, text=body.reason)
    for pair in pairs:
        await _carry(tx, pair, staying, note)
    moved_stays = await stays.of_patient_open(tx, ending.id)
    await stays.move(tx, moved_stays, staying.id, now)
    await merged_work.move(tx, ending.id, staying.id, now)
    await obligations.follow_patient(tx, staying.id, await work_facets.of_patient(tx, staying.id), now)
    await patients.follow_merge(tx, ending.id, staying.id, now)
    ending.merged_into, ending.merged_at = staying.id, now
    staying.monitored = staying.monitored or ending.monitored
    await _remember(tx, before, ending, body.reason, actor=actor, now=now)
    for row in (ending, staying):
        row.version, row.updated_at = row.version + 1, now
        await announcements.patient_changed(tx, row, actor=actor, now=now)
    return MergeRead(
        patient=view(tx, ending, actor), into=view(tx, staying, actor), needs=moves, stays=list(moved_stays)
    )


async def _check(tx: Session, ending: PatientRow, staying: PatientRow) -> None:
    check_merge(_person(ending), _person(staying))
    if staying.birth_date > ending.birth_date:
        check_born_first(staying.birth_date, await on_record.earliest(tx, ending.id))


async def _remember(
    tx: Session, before: Standing, ending: PatientRow, reason: str, *, actor: Actor, now: datetime
) -> None:
    await tx.flush()
    into = ending.merged_into
    assert into is not None
    after = await store.standing(tx, (ending.id, into))
    after.pop(("patient", ending.id))
    row = MergeRow(
        id=new_id(), organization_id=organization(tx), patient_id=ending.id, into_id=into, reason=reason,
        merged_at=now, merged_by=actor.person, undone_at=None, undone_by=None, undone_why=None,
    )  # fmt: skip
    changed = {key: _kept(was, after.get(key)) for key, was in before.items() if after.get(key) != was}
    await store.remember(tx, row, changed)


def _kept(was: Mapping[str, Any], made: Mapping[str, Any] | None) -> dict[str, Any]:
    kept = {name: str(value) if isinstance(value, UUID) else value for name, value in was.items()}
    if made is None or made.get("reasons") == was.get("reasons"):
        kept.pop("reasons", None)
    else:
        kept["made"] = made["reasons"]
    return kept


async def both(tx: Session, ending: UUID, staying: UUID) -> tuple[PatientRow, PatientRow]:
    """Both records, locked."""
    # Locked in the order of their ids, so that two opposite merges cannot wait for each other.
    rows = {one: await patients.get_for_update(tx, one) for one in sorted({ending, staying})}
    return rows[ending], rows[staying]


async def _carry(tx: Session, pair: Pairing, staying: PatientRow, note: Note) -> None:
    if pair.gone is not None:
        await need_work.act(tx, pair.gone, NeedAct.WITHDRAW, note)
        await merged_work.repoint(tx, pair.gone.id, pair.kept.id, note.now)
        reasons = need_codec.reasons_of(pair.kept)
        for reason in need_codec.reasons_of(pair.gone):
            reasons = with_reason(reasons, reason)
        pair.kept.reasons = need_codec.keep_reasons(reasons)
        need_work.settle(pair.kept, await calendars.calendar(tx, pair.kept.zone, of=staying.id), note.now)
    if pair.kept.patient_id != staying.id:
        before, pair.kept.patient_id = pair.kept.patient_id, staying.id
        await need_work.noted(tx, pair.kept, "move", pair.kept.state, Note(note.by, note.now, text=f"from {before}"))
    else:
        await need_work.follow(tx, pair.kept, note.now)


def _pairs(ending: Sequence[NeedRow], staying: Sequence[NeedRow]) -> list[Pairing]:
    known = {(row.kind, row.scope): row for row in staying}
    return [_pairing(row, known.get((row.kind, row.scope))) for row in ending]


def _pairing(need: NeedRow, same: NeedRow | None) -> Pairing:
    # The one somebody has worked on stays, so that no work under way loses its need.
    if same is None or (need.touched and not same.touched):
        return Pairing(need, kept=need, gone=same)
    return Pairing(need, kept=same, gone=need)


def _move(pair: Pairing) -> MergeMove:
    joined = pair.kept if pair.gone is pair.need else pair.gone
    return MergeMove(
        need_id=pair.need.id,
        kind=pair.need.kind,
        how="moved" if joined is None else "joined",
        joined_to=None if joined is None else joined.id,
    )


def _person(row: PatientRow) -> Person:
    return Person(row.id, row.family, row.given, row.birth_date, Sex(row.sex), row.deceased_at, row.merged_into)
