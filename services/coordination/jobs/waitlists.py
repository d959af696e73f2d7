"""Places that are free again go to those who wait; what nobody answers goes to the next. Repeats change nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.usecases import waitlist_offers
from shared.db.base import Sessions
from shared.db.session import transaction


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Let offers that were not answered by ``now`` expire, then offer what is free; returns how many were made."""
    made = 0
    for organization_id in organizations:
        while await _expire_one(sessions, organization_id, now):
            pass
        async with transaction(sessions, organization_id, read_only=True) as tx:
            found = await waitlist_offers.with_room(tx, now=now)
        for specialist_id in found:
            async with transaction(sessions, organization_id) as tx:
                made += await waitlist_offers.offer_what_is_free(tx, specialist_id, now=now)
    return made


async def _expire_one(sessions: Sessions, organization_id: UUID, now: datetime) -> bool:
    async with transaction(sessions, organization_id) as tx:
        return await waitlist_offers.expire_one(tx, now=now)
