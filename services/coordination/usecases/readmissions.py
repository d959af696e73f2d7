"""The watch after a discharge: an unplanned admission ends it at once, its last day ends it well."""

from datetime import datetime

from services.coordination.store import need_codec, needs
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import need_acts, need_work
from services.coordination.usecases.need_work import Note
from shared.contracts.coordination.needs import Evidence, Source
from shared.db.base import Session
from shared.vocabulary import EvidenceKind, NeedAct, NeedKind, NotMetReason, SourceKind, StayClass


async def admitted(tx: Session, patient: PatientRow, stay: StayRow, *, by: str, now: datetime) -> None:
    """An unplanned inpatient or observation stay within the watch's days is a readmission (clinical §4)."""
    if stay.planned or stay.stay_class == StayClass.EMERGENCY or stay.started_at is None:
        return
    for row in await needs.open_of(tx, patient.id, [NeedKind.READMISSION_WATCH]):
        window = need_codec.clocks_of(row)[0]
        if window.opens_at is None or window.due_at is None:
            continue
        if window.opens_at <= stay.started_at <= window.due_at:
            code, text = NotMetReason.READMITTED.value, f"stay {stay.id}"
            await need_work.act(tx, row, NeedAct.GIVE_UP, Note(by, now, stay.started_at, code, text))


async def watch_ended(tx: Session, row: NeedRow, *, now: datetime) -> None:
    """The last day passed without a readmission: the watch is met on that day."""
    due = need_codec.clocks_of(row)[0].due_at or now
    evidence = Evidence(kind=EvidenceKind.WATCH_ENDED, source=Source(kind=SourceKind.STAY, id=row.scope[-36:]))
    await need_acts.met(tx, row, evidence, due, Note(by="careweave", now=now, text="no readmission in 30 days"))
