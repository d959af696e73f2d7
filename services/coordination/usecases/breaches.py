"""Breaches: a clock that ran out is written down once, and the need shows that it is late."""

from datetime import datetime

from services.coordination.store import need_sweep
from services.coordination.usecases import readmissions
from shared.db.base import Session
from shared.vocabulary import Severity

_AT_ONCE, _WATCHES_AT_ONCE = 5_000, 100
_SEVERITY = Severity.MODERATE.value  # clinical §7a: a missed call is moderate
NOBODY = "careweave"


async def record(tx: Session, *, now: datetime) -> tuple[int, int]:
    """Write down what ran out before ``now`` for some needs; returns the needs looked at and the new breaches.

    A watch that ran its days is not late: it has ended well.
    """
    watches = await need_sweep.ended_watches(tx, now, most=_WATCHES_AT_ONCE)
    for row in watches:
        await readmissions.watch_ended(tx, row, now=now)
    swept = await need_sweep.record_breaches(tx, now, severity=_SEVERITY, by=NOBODY, most=_AT_ONCE)
    return len(watches) + swept.needs, swept.breaches
