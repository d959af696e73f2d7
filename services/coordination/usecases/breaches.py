"""Breaches: a clock that ran out is written down once, and the need shows that it is late."""

from datetime import datetime
from typing import Any

from services.coordination.domain.clocks import Clock
from services.coordination.store import need_codec, needs
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import need_work, readmissions
from services.coordination.usecases.need_work import Note
from shared.db.base import Session
from shared.vocabulary import ClockState, NeedKind, Severity

_AT_ONCE = 100
BREACH = "breach"


async def record(tx: Session, *, now: datetime) -> tuple[int, int]:
    """Write down what ran out before ``now`` for some needs; returns the needs looked at and the new breaches.

    A watch that ran its days is not late: it has ended well.
    """
    rows = await needs.due_for_breach(tx, now, limit=_AT_ONCE)
    found: list[dict[str, Any]] = []
    for row in rows:
        if row.kind == NeedKind.READMISSION_WATCH:
            await readmissions.watch_ended(tx, row, now=now)
        else:
            found += _breached(row, now)
    new = await needs.add_breaches(tx, found)
    late = [row for row in rows if row.kind != NeedKind.READMISSION_WATCH]
    await tx.flush()
    await needs.add_history(tx, [_line(row, now) for row in late])
    return len(rows), new


def _breached(row: NeedRow, now: datetime) -> list[dict[str, Any]]:
    known = set(row.breached)
    clocks = [c for c in need_codec.clocks_of(row) if c.key not in known and c.state(now) is ClockState.BREACHED]
    row.breached = [*row.breached, *(clock.key for clock in clocks)]
    row.version, row.updated_at = row.version + 1, now
    need_work.set_due(row)
    return [_row(row, clock, now) for clock in clocks]


def _row(row: NeedRow, clock: Clock, now: datetime) -> dict[str, Any]:
    return {
        "need_id": row.id,
        "clock": clock.key,
        "clock_kind": clock.kind.value,
        "severity": Severity.MODERATE.value,
        "due_at": clock.due_at,
        "found_at": now,
    }


def _line(row: NeedRow, now: datetime) -> dict[str, Any]:
    return need_work.entry(row, BREACH, row.state, Note(by="careweave", now=now, text=", ".join(row.breached)))
