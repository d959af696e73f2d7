"""From when work counts for a need: one rule for evidence that comes in and for needs that a person says are met."""

from datetime import datetime

from services.coordination.domain import evidence as rules
from services.coordination.domain.evidence import Begun, check_born, check_done, counts_from
from services.coordination.domain.needs import check_past
from services.coordination.store import calendars, need_codec, patients, stays
from services.coordination.store.needs import NeedRow
from shared.db.base import Session
from shared.vocabulary import EvidenceKind, SourceKind


async def since(tx: Session, row: NeedRow, evidence: EvidenceKind) -> datetime:
    """The first instant (UTC) at which evidence of a sort counts for a need."""
    return counts_from(evidence, need_codec.clocks_of(row), await _begun(tx, row))


async def earliest(tx: Session, row: NeedRow) -> datetime:
    """The first instant (UTC) at which anything can be done for a need."""
    return rules.earliest(need_codec.clocks_of(row), await _begun(tx, row))


async def _begun(tx: Session, row: NeedRow) -> Begun:
    clocks = need_codec.clocks_of(row)
    starts = [row.created_at, *(clock.start_at for clock in clocks)]
    calendar = await calendars.calendar(tx, row.zone, of=row.patient_id)
    day = calendar.start_of(calendar.day_of(min(starts)))
    return Begun(day, await _admitted(tx, row, day, max(starts)))


async def check(tx: Session, row: NeedRow, evidence: EvidenceKind, done_at: datetime, *, now: datetime) -> None:
    """Whether work on a need can have been done at an instant.

    Raises:
        InTheFuture, DoneBeforeBirth, DoneBeforeStart.
    """
    check_past(done_at, now, "done_at")
    check_born(done_at, (await patients.get(tx, row.patient_id)).birth_date)
    check_done(evidence, done_at, await since(tx, row, evidence))


async def _admitted(tx: Session, row: NeedRow, since: datetime, until: datetime) -> datetime | None:
    named = {one.source_id for one in need_codec.reasons_of(row) if one.source_kind is SourceKind.STAY}
    if not named:
        return None
    around = await stays.around(tx, row.patient_id, since, until)
    began = (stay.started_at for stay in around if str(stay.id) in named)
    return min((at for at in began if at is not None), default=None)
