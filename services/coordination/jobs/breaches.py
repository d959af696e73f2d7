"""Needs whose clocks ran out: each breach is recorded once, however often this runs (L2)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.usecases import breaches
from shared.db.base import Sessions
from shared.db.session import transaction


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Record what ran out before ``now``, some needs a transaction; returns how many breaches were new."""
    recorded = 0
    for organization_id in organizations:
        while True:
            async with transaction(sessions, organization_id) as tx:
                looked_at, new = await breaches.record(tx, now=now)
            recorded += new
            if not looked_at:
                break
    return recorded
