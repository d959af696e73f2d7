"""Undoing a merge: what it moved goes back, what was added to the record that went on stays there and is listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.coordination.domain.merge_undo import MergeNotRemembered, NotMerged, UndoLaterFirst
from services.coordination.store import merges as store
from services.coordination.store import obligations, patients, work_facets
from services.coordination.store.merges import MergeRow
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import announcements, merge_parting
from services.coordination.usecases.merge_parting import Parted
from services.coordination.usecases.merges import both
from services.coordination.usecases.need_work import Note
from services.coordination.usecases.patients import view
from shared.contracts.coordination.merges import PartedRead, UndoMerge, UndoMergePreview, UndoMergeRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import Problem, check_version


@dataclass(frozen=True, slots=True)
class Undoing:
    """A merge that can be undone, and the records it linked."""

    merge: MergeRow
    ending: PatientRow
    staying: PatientRow
    parted: list[Parted]


async def preview(tx: Session, patient_id: UUID) -> UndoMergePreview:
    """What undoing the merge of a record would do, or why it cannot be done; nothing is stored.

    Raises:
        NotFound: there is no such patient.
    """
    ending = await patients.get(tx, patient_id)
    audit.saw(tx, ending.id)
    try:
        found = await _found(tx, ending, None)
    except Problem as refusal:
        return UndoMergePreview(patient_id=ending.id, out_of=ending.merged_into, refused=refusal.detail, records=[])
    audit.saw(tx, found.staying.id)
    return UndoMergePreview(
        patient_id=ending.id, out_of=found.staying.id, refused=None, records=[_read(one) for one in found.parted]
    )


async def undo(
    tx: Session, patient_id: UUID, body: UndoMerge, *, version: int, actor: Actor, now: datetime
) -> UndoMergeRead:
    """Take a merge back.

    Raises:
        NotFound, Stale.
        NotMerged: the record is not merged.
        MergeNotRemembered: the merge is older than the record of what merges move.
        UndoLaterFirst: a later merge built on this one.
    """
    seen = await patients.get(tx, patient_id)
    if seen.merged_into is None:
        raise NotMerged("This record stands for itself. There is nothing to undo.")
    ending, staying = await both(tx, patient_id, seen.merged_into)
    check_version(ending.version, version)
    found = await _found(tx, ending, staying)
    note = Note(by=actor.person, now=now, text=f"merge undone: {body.reason}")
    await merge_parting.part(tx, found.merge, ending, staying, found.parted, note)
    ending.merged_into = ending.merged_at = None
    found.merge.undone_at, found.merge.undone_by, found.merge.undone_why = now, actor.person, body.reason
    for row in (ending, staying):
        row.version, row.updated_at = row.version + 1, now
        await tx.flush()
        await obligations.follow_patient(tx, row.id, await work_facets.of_patient(tx, row.id), now)
        await announcements.patient_changed(tx, row, actor=actor, now=now)
    records = [_read(one) for one in found.parted]
    return UndoMergeRead(patient=view(tx, ending, actor), out_of=view(tx, staying, actor), records=records)


async def _found(tx: Session, ending: PatientRow, staying: PatientRow | None) -> Undoing:
    if ending.merged_into is None:
        raise NotMerged("This record stands for itself. There is nothing to undo.")
    merge = await store.of_patient(tx, ending.id)
    if merge is None:
        raise MergeNotRemembered(
            "The merge was made before merges kept what they moved. Register the person anew under another "
            "identifier, and move their work by hand."
        )
    if ending.merged_into != merge.into_id:
        raise UndoLaterFirst(f"The record it was merged into was merged too. First undo the merge of {merge.into_id}.")
    later = await store.later_into(tx, merge)
    if later is not None:
        raise UndoLaterFirst(
            f"Another record was merged into the same one since: first undo that of {later.patient_id}."
        )
    staying = staying or await patients.get(tx, merge.into_id)
    return Undoing(merge, ending, staying, await merge_parting.plan(tx, merge))


def _read(one: Parted) -> PartedRead:
    values: Mapping[str, object] = {"noun": one.noun, "record_id": one.record_id, "how": one.how, "why": one.why}
    return PartedRead.model_validate(values)
