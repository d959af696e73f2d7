"""The same act on many needs of a patient: one statement a table, however many there are."""

from collections.abc import Sequence

from services.coordination.domain.needs import after
from services.coordination.store import need_codec, need_obligations, needs
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import need_work
from services.coordination.usecases.need_work import Note
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.vocabulary import NeedAct, NeedState


async def end(tx: Session, rows: Sequence[NeedRow], what: NeedAct, note: Note) -> None:
    """End open needs by one act with one reason, off the worklist and with their history."""
    entries = []
    for row in rows:
        before = row.state
        row.state = after(NeedState(before), what)
        row.closed_at, row.done_at = note.now, note.done_at or note.now
        row.closed_code, row.closed_note = note.code, note.text
        row.version, row.updated_at = row.version + 1, note.now
        entries.append(need_work.entry(row, what.value, before, note))
    await tx.flush()
    await needs.add_history(tx, entries)
    await need_obligations.close(tx, rows, note.now)


async def reopen(tx: Session, rows: Sequence[NeedRow], note: Note) -> None:
    """Let ended needs stand again, their clocks as if nothing had ended them."""
    entries = []
    for row in rows:
        before = row.state
        row.state = after(NeedState(before), NeedAct.REOPEN)
        row.closed_at = row.done_at = row.closed_code = row.closed_note = None
        need_work.run_again(row, note.now)
        row.version, row.updated_at = row.version + 1, note.now
        entries.append(need_work.entry(row, NeedAct.REOPEN.value, before, note))
    await tx.flush()
    await needs.add_history(tx, entries)
    await need_obligations.put(tx, rows, note.now)


async def settle(tx: Session, rows: Sequence[NeedRow], calendar: Calendar, what: str, note: Note) -> None:
    """Compute open needs anew after their reasons or pauses changed, and write down why.

    Nobody has worked on them by this: a need that was untouched stays so.
    """
    for row in rows:
        need_work.settle(row, calendar, note.now)
        row.version, row.updated_at = row.version + 1, note.now
    await tx.flush()
    await needs.add_history(tx, [need_work.entry(row, what, row.state, note) for row in rows])
    await need_obligations.put(tx, rows, note.now)


def without_open(rows: Sequence[NeedRow], still_open: Sequence[NeedRow]) -> list[NeedRow]:
    """Those of ``rows``, the newest of each kind and scope, of which none like it is open."""
    taken = {(row.kind, row.scope) for row in still_open}
    found = {}
    for row in rows:
        if (row.kind, row.scope) not in taken:
            found[row.kind, row.scope] = row
    return list(found.values())


def only_from_stays(row: NeedRow) -> bool:
    """Whether nobody but a discharge asked for it."""
    return all(reason.withdrawn_at is not None or reason.source_kind == "stay" for reason in need_codec.reasons_of(row))
