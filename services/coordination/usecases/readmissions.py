"""Back in hospital: the watch of an earlier discharge ends, its untouched work is withdrawn, other clocks pause."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from services.coordination.domain.clocks import Pause
from services.coordination.domain.stays import HOSPITAL
from services.coordination.domain.unwinding import Fate, at_admission, because_of, in_hospital
from services.coordination.store import calendars, need_codec, needs, stays
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import need_acts, need_batches
from services.coordination.usecases.need_work import Note
from shared.contracts.coordination.needs import Evidence, Source
from shared.db.base import Session
from shared.vocabulary import (
    EvidenceKind,
    NeedAct,
    NeedKind,
    NotMetReason,
    SourceKind,
    WithdrawReason,
)

Pauses = tuple[Pause, ...]


async def admitted(tx: Session, patient: PatientRow, stay: StayRow, *, by: str, now: datetime) -> None:
    """An inpatient or observation stay began: what it does to needs whose clocks had started before it.

    An unplanned one within the watch's days is a readmission (clinical §4). An emergency visit changes nothing, nor
    does a stay in a facility: what the hospital's discharge asked for goes on there.
    """
    if stay.stay_class not in HOSPITAL or stay.started_at is None:
        return
    rows = [row for row in await needs.open_of(tx, patient.id) if _started_before(row, stay)]
    note = Note(by, now, stay.started_at, text=because_of(stay.id))
    watches = [row for row in rows if not stay.planned and _watched(row, stay.started_at)]
    await need_batches.end(tx, watches, NeedAct.GIVE_UP, replace(note, code=NotMetReason.READMITTED.value))
    fates = {row.id: _fate(row, stay) for row in rows}
    gone = [row for row in rows if fates[row.id] is Fate.WITHDRAW]
    await need_batches.end(tx, gone, NeedAct.WITHDRAW, replace(note, code=WithdrawReason.READMITTED.value))
    pause = Pause(stay.started_at, stay.ended_at, in_hospital(stay.id))
    held = [row for row in rows if fates[row.id] is Fate.PAUSE and not _held_by(row, stay)]
    await _pause(tx, held, lambda before: (*before, pause), "pause", note)


async def came_back(tx: Session, patient: PatientRow, discharged: StayRow, *, by: str, now: datetime) -> None:
    """Stays that began after this discharge were told before it: they do to its needs what they would have done."""
    if discharged.ended_at is None:
        return
    for stay in await stays.begun_since(tx, patient.id, discharged.ended_at):
        if stay.id != discharged.id:
            await admitted(tx, patient, stay, by=by, now=now)


async def left(tx: Session, patient: PatientRow, stay: StayRow, *, by: str, now: datetime) -> None:
    """The stay ended: clocks that waited run on from then."""

    def ended(before: Pauses) -> Pauses:
        return tuple(replace(p, until=stay.ended_at) if p.reason == in_hospital(stay.id) else p for p in before)

    await _of_stay(tx, patient, stay, ended, "resume", Note(by, now, stay.ended_at, text=because_of(stay.id)))


async def not_left(tx: Session, patient: PatientRow, stay: StayRow, *, by: str, now: datetime) -> None:
    """The discharge is undone: the clocks wait as before."""

    def open_again(before: Pauses) -> Pauses:
        return tuple(replace(p, until=None) if p.reason == in_hospital(stay.id) else p for p in before)

    await _of_stay(tx, patient, stay, open_again, "pause", Note(by, now, text=because_of(stay.id)))


async def never_was(tx: Session, patient: PatientRow, stay: StayRow, *, by: str, now: datetime) -> None:
    """The stay did not take place: what it withdrew stands again, and no clock waited."""
    note = Note(by, now, text="the stay did not take place")
    code = WithdrawReason.READMITTED.value
    ended = [row for row in await needs.closed_with(tx, patient.id, code) if row.closed_note == because_of(stay.id)]
    again = need_batches.without_open(ended, await needs.open_of(tx, patient.id))
    if again:
        await need_batches.reopen(tx, again, note)

    def removed(before: Pauses) -> Pauses:
        return tuple(pause for pause in before if pause.reason != in_hospital(stay.id))

    await _of_stay(tx, patient, stay, removed, "resume", note)


async def watch_ended(tx: Session, row: NeedRow, *, now: datetime) -> None:
    """The last day passed without a readmission: the watch is met on that day."""
    due = need_codec.clocks_of(row)[0].due_at or now
    evidence = Evidence(kind=EvidenceKind.WATCH_ENDED, source=Source(kind=SourceKind.STAY, id=row.scope[-36:]))
    await need_acts.met(tx, row, evidence, due, Note(by="careweave", now=now, text="no readmission in 30 days"))


def _started_before(row: NeedRow, stay: StayRow) -> bool:
    assert stay.started_at is not None
    clocks = need_codec.clocks_of(row)
    began = min((clock.start_at for clock in clocks), default=row.created_at)
    return began <= stay.started_at and row.scope != f"stay:{stay.id}"


def _held_by(row: NeedRow, stay: StayRow) -> bool:
    return any(pause["reason"] == in_hospital(stay.id) for pause in row.pauses)


def _watched(row: NeedRow, at: datetime) -> bool:
    if row.kind != NeedKind.READMISSION_WATCH:
        return False
    window = need_codec.clocks_of(row)[0]
    return window.opens_at is not None and window.due_at is not None and window.opens_at <= at <= window.due_at


def _fate(row: NeedRow, stay: StayRow) -> Fate:
    return at_admission(
        NeedKind(row.kind),
        row.scope,
        planned=stay.planned,
        touched=row.touched,
        only_from_stays=need_batches.only_from_stays(row),
    )


async def _of_stay(
    tx: Session, patient: PatientRow, stay: StayRow, change: Callable[[Pauses], Pauses], what: str, note: Note
) -> None:
    rows = [row for row in await needs.open_of(tx, patient.id) if _held_by(row, stay)]
    await _pause(tx, rows, change, what, note)


async def _pause(
    tx: Session, rows: Iterable[NeedRow], change: Callable[[Pauses], Pauses], what: str, note: Note
) -> None:
    by_zone: dict[str, list[NeedRow]] = {}
    for row in rows:
        row.pauses = need_codec.keep_pauses(change(need_codec.pauses_of(row)))
        by_zone.setdefault(row.zone, []).append(row)
    for zone, together in by_zone.items():
        calendar = await calendars.calendar(tx, zone, of=together[0].patient_id)
        await need_batches.settle(tx, together, calendar, what, note)
