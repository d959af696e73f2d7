"""Values that were expected after a low one and did not come: what time alone decides."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.store import rechecks
from services.monitoring.usecases import rechecking
from shared.db.base import Sessions
from shared.db.isolated import until_nothing_is_due

JOB = "unrecovered"
_AT_ONCE = 100


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Evaluate again every episode whose recovery is overdue at ``now`` (aware); returns how many patients that were.

    Run twice, or by two workers at once, it changes nothing more.
    """
    done = 0
    for organization_id in organizations:
        done += await until_nothing_is_due(
            sessions,
            organization_id,
            JOB,
            lambda tx: rechecks.patients_due(tx, JOB, now, limit=_AT_ONCE),
            lambda tx, found: rechecking.run(tx, found, now=now),
            now=now,
        )
    return done
