"""Values that were expected after a low one and did not come: what time alone decides."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.usecases import rechecking
from shared.db.base import Sessions
from shared.db.session import transaction

_AT_ONCE = 100


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Evaluate again every episode whose recovery is overdue at ``now`` (aware); returns how many patients that were.

    Run twice, or by two workers at once, it changes nothing more.
    """
    done = 0
    for organization_id in organizations:
        while count := await _some(sessions, organization_id, now):
            done += count
    return done


async def _some(sessions: Sessions, organization_id: UUID, now: datetime) -> int:
    async with transaction(sessions, organization_id) as tx:
        return await rechecking.run(tx, now=now, limit=_AT_ONCE)
