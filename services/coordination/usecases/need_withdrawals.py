"""A need loses one of its sources: only untouched work is withdrawn, the rest is kept with its history (L3)."""

from services.coordination.domain.needs import OPEN
from services.coordination.domain.reasons import standing, without_source
from services.coordination.store import calendars, need_codec
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import need_work
from services.coordination.usecases.need_work import Note
from shared.db.base import Session
from shared.vocabulary import NeedAct, NeedState, SourceKind


async def lose(tx: Session, need: NeedRow, kind: SourceKind, source_id: str, note: Note) -> str | None:
    """Take a source's reasons from a need. None when the need was withdrawn with it, else why it was kept."""
    if NeedState(need.state) not in OPEN:
        return f"it is already {need.state}"
    if need.touched:
        return "somebody has worked on it: close it by hand if it is not needed"
    reasons = without_source(need_codec.reasons_of(need), kind, source_id, note.now)
    if not standing(reasons):
        await need_work.act(tx, need, NeedAct.WITHDRAW, note)
        return None
    need.reasons = need_codec.keep_reasons(reasons)
    need_work.settle(need, await calendars.calendar(tx, need.zone, of=need.patient_id), note.now)
    await need_work.follow(tx, need, note.now)
    return "other reasons still hold"
