"""Which record goes where when a merge is undone, decided first and done after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.coordination.domain.merge_undo import parted_reasons
from services.coordination.domain.needs import OPEN
from services.coordination.domain.reasons import Reason
from services.coordination.store import calendars, merged_work, need_codec, needs, patients, preferences, stays
from services.coordination.store import merges as store
from services.coordination.store.merges import MergeMoveRow, MergeRow
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import need_batches, need_work
from services.coordination.usecases.deaths import DECEASED
from services.coordination.usecases.need_work import Note
from shared.db.base import Session
from shared.vocabulary import NeedState, Parting, WithdrawReason

_REASONS = TypeAdapter(tuple[Reason, ...])
_SHOWN = ("need", "referral", "stay", "wishes", "contact")


@dataclass(frozen=True, slots=True)
class Parted:
    """What becomes of one record; ``before`` is what it was before the merge, if the merge moved or changed it."""

    noun: str
    record_id: UUID
    how: Parting
    why: str
    before: Mapping[str, Any] | None = None


async def plan(tx: Session, merge: MergeRow) -> list[Parted]:
    """What undoing a merge does to each record: those it moved, and those recorded for the survivor since."""
    moves = await store.moves_of(tx, merge.id)
    found = [await _moved(tx, move, merge) for move in moves if move.noun in _SHOWN]
    known = {(one.noun, one.record_id) for one in found}
    back = {one.record_id for one in found if one.noun == "stay"}
    for noun, record in await store.recorded_since(tx, merge.into_id, merge.merged_at):
        if (noun, record) not in known:
            needs_back = {one.record_id for one in found if _goes(one, merge.patient_id)}
            found.append(await _since(tx, noun, record, back, needs_back))
    return found


async def _moved(tx: Session, move: MergeMoveRow, merge: MergeRow) -> Parted:
    before = move.before
    how, why = Parting.BACK, "the merge moved it"
    if move.noun == "need":
        need = await needs.get(tx, move.record_id)
        ended_by_merge = need.closed_code == WithdrawReason.MERGED and before["state"] != need.state
        if ended_by_merge:
            how, why = Parting.REOPENED, "the merge joined it to the same need of the other record"
        elif "made" in before:
            how, why = Parting.PARTED, "it loses the reasons the merge brought; its own and later ones stay"
            if before["patient_id"] == str(merge.patient_id):
                how = Parting.BACK
    elif move.noun == "wishes":
        held = await preferences.of_patient(tx, merge.into_id)
        if held is None or held.version != before["version"]:
            how, why = Parting.STAYS, "they were said anew since the merge"
    return Parted(move.noun, move.record_id, how, why, before)


async def _since(tx: Session, noun: str, record: UUID, stays_back: set[UUID], needs_back: set[UUID]) -> Parted:
    if noun == "need":
        sources = {
            reason.source_id if reason.source_kind == "stay" else None
            for reason in need_codec.reasons_of(await needs.get(tx, record))
        }
        if sources and sources <= {str(one) for one in stays_back}:
            return Parted(noun, record, Parting.BACK, "it came of a stay that goes back")
    if noun == "referral" and await merged_work.need_of(tx, record) in needs_back:
        return Parted(noun, record, Parting.FOLLOWS, "it goes where its need goes")
    return Parted(noun, record, Parting.STAYS, "it was added since the merge")


async def part(
    tx: Session, merge: MergeRow, ending: PatientRow, staying: PatientRow, parted: Sequence[Parted], note: Note
) -> None:
    """Do what was planned."""
    moves = await store.moves_of(tx, merge.id)
    rows = {row.id: row for row in await needs.of_ids(tx, [one.record_id for one in parted if one.noun == "need"])}
    going = [rows[one.record_id] for one in parted if _goes(one, ending.id)]
    for row in going:
        row.patient_id = ending.id
    await tx.flush()
    await _unjoin(tx, [one for one in parted if one.noun == "need"], rows, note)
    await _reopen(tx, ending, staying, [rows[one.record_id] for one in parted if one.how is Parting.REOPENED], note)
    stays_back = [one.record_id for one in parted if one.noun == "stay" and one.how is Parting.BACK]
    await stays.move(tx, stays_back, ending.id, note.now)
    for one in parted:
        if one.noun == "referral" and one.before is not None and "need_id" in one.before:
            await merged_work.serve(tx, one.record_id, UUID(one.before["need_id"]), note.now)
    of_ending = await needs.ids_of(tx, ending.id)
    referrals = await merged_work.follow_needs(tx, of_ending, ending.id, note.now)
    work = [move.record_id for move in moves if move.noun == "work" and move.before["patient_id"] == str(ending.id)]
    await merged_work.follow_sources(tx, [*of_ending, *referrals, *stays_back], work, ending.id, note.now)
    if any(one.noun == "wishes" and one.how is Parting.BACK for one in parted):
        await preferences.follow(tx, staying.id, ending.id)
    await patients.unfollow_merge(tx, [m.record_id for m in moves if m.noun == "patient"], ending.id, note.now)
    await _alive(tx, ending, staying, note)


def _goes(one: Parted, patient_id: UUID) -> bool:
    """Whether it is a need that goes back to the record that was merged."""
    if one.noun != "need" or one.how is not Parting.BACK:
        return False
    return one.before is None or one.before["patient_id"] == str(patient_id)


async def _unjoin(tx: Session, parted: Iterable[Parted], rows: Mapping[UUID, NeedRow], note: Note) -> None:
    for one in parted:
        row = rows[one.record_id]
        if one.how not in (Parting.BACK, Parting.PARTED):
            continue
        if one.before is not None and "made" in one.before:
            before, made = (_REASONS.validate_python(one.before[name]) for name in ("reasons", "made"))
            row.reasons = need_codec.keep_reasons(parted_reasons(need_codec.reasons_of(row), before, made))
        if NeedState(row.state) in OPEN:
            need_work.settle(row, await calendars.calendar(tx, row.zone, of=row.patient_id), note.now)
        await need_work.noted(tx, row, "merge-undone", row.state, note)


async def _reopen(tx: Session, ending: PatientRow, staying: PatientRow, rows: Sequence[NeedRow], note: Note) -> None:
    """What the merge ended stands again, unless the same is open once more."""
    for patient in (ending, staying):
        mine = [row for row in rows if row.patient_id == patient.id]
        again = need_batches.without_open(mine, await needs.open_of(tx, patient.id))
        if again:
            await need_batches.reopen(tx, again, note)


async def _alive(tx: Session, ending: PatientRow, staying: PatientRow, note: Note) -> None:
    """A death recorded since the merge is the survivor's: it ended needs that are not of the dead."""
    if staying.deceased_at is None or ending.deceased_at is not None:
        return
    ended = await needs.closed_with(tx, ending.id, DECEASED)
    again = need_batches.without_open(ended, await needs.open_of(tx, ending.id))
    if again:
        await need_batches.reopen(tx, again, note)
