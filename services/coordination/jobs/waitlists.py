"""Places that are free again go to those who wait; what nobody answers goes to the next. Repeats change nothing."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from services.coordination.usecases import waitlist_offers
from shared.db.base import Sessions
from shared.db.isolated import one_by_one
from shared.db.session import transaction

JOB = "waitlists"


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Let offers that were not answered by ``now`` expire, then offer what is free; returns how many were made."""
    made = 0
    for organization_id in organizations:
        by_row = partial(one_by_one, sessions, organization_id, JOB, now=now)
        async with transaction(sessions, organization_id, read_only=True) as tx:
            over = await waitlist_offers.over(tx, job=JOB, now=now)
        await by_row(over, partial(waitlist_offers.expire, now=now))
        async with transaction(sessions, organization_id, read_only=True) as tx:
            found = await waitlist_offers.with_room(tx, job=JOB, now=now)
        made += await by_row(found, partial(waitlist_offers.offer_what_is_free, now=now))
    return made
