"""Breaches: a clock that ran out is written down once, and the need shows that it is late."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.store import need_sweep
from services.coordination.usecases import readmissions
from shared.db.base import Session
from shared.vocabulary import Severity

_AT_ONCE, _WATCHES_AT_ONCE = 5_000, 100
_SEVERITY = Severity.MODERATE.value  # clinical §7a: a missed call is moderate
NOBODY = "careweave"


async def watches_over(tx: Session, *, job: str, now: datetime) -> Sequence[UUID]:
    """Some watches whose days are over."""
    return await need_sweep.due(tx, now, watches=True, job=job, most=_WATCHES_AT_ONCE)


async def end_watches(tx: Session, ids: Sequence[UUID], *, now: datetime) -> int:
    """End these: a watch that ran its days is not late, it has ended well. Returns how many."""
    rows = await need_sweep.ended_watches(tx, ids, now)
    for row in rows:
        await readmissions.watch_ended(tx, row, now=now)
    return len(rows)


async def ran_out(tx: Session, *, job: str, now: datetime) -> Sequence[UUID]:
    """Some needs with a clock that ran out before ``now``."""
    return await need_sweep.due(tx, now, watches=False, job=job, most=_AT_ONCE)


async def record(tx: Session, ids: Sequence[UUID], *, now: datetime) -> int:
    """Write down what ran out before ``now`` for these; returns how many breaches were new."""
    return await need_sweep.record_breaches(tx, ids, now, severity=_SEVERITY, by=NOBODY)
