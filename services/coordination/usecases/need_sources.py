"""What gave the reason for a need is over: only untouched work is withdrawn with it."""

from datetime import datetime

from services.coordination.domain.alert_ends import ends
from services.coordination.store import needs
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import need_withdrawals, need_work, patients
from services.coordination.usecases.need_work import Note
from shared.contracts.coordination.need_sources import EndNeedSource, NeedSourceOutcome, SourceKept
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import NeedKind, NeedState, SourceKind

_ENDED = "source-ended"


async def end(tx: Session, body: EndNeedSource, *, actor: Actor, now: datetime) -> NeedSourceOutcome:
    """Take the alert's reasons from the needs of the patient; said again it changes nothing.

    Raises:
        NotFound: nobody carries the id or the identifiers.
    """
    patient = await patients.named(tx, body)
    audit.saw(tx, patient.id)
    source, source_id = SourceKind.MONITORING_ALERT, str(body.alert_id)
    note = Note(by=actor.person, now=now, done_at=body.ended_at, code=body.disposition, text=_text(body))
    outcome = NeedSourceOutcome(withdrawn=[], kept=[])
    for need in await needs.from_source(tx, patient.id, source, source_id, lock=True):
        if need.closed_at is not None:
            continue
        why: str | None = f"an alert that ended as {body.disposition} may still need it"
        if ends(NeedKind(need.kind), body.disposition):
            why = await need_withdrawals.lose(tx, need, source, source_id, note)
        if why is None:
            outcome.withdrawn.append(need.id)
            continue
        outcome.kept.append(SourceKept(need_id=need.id, kind=NeedKind(need.kind), because=why))
        await _mark(tx, need, note)
    return outcome


async def _mark(tx: Session, need: NeedRow, note: Note) -> None:
    """Whoever works on a need that stays reads in its history that the alert is over; once."""
    if any(each.act == _ENDED and each.note == note.text for each in await needs.history(tx, need.id)):
        return
    touched = need.touched
    await need_work.noted(tx, need, _ENDED, NeedState(need.state), note)
    need.touched = touched


def _text(body: EndNeedSource) -> str:
    return f"The alert {body.alert_id} that asked for this ended as {body.disposition}"
