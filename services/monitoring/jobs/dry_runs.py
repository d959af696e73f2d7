"""Dry runs of protocol versions go on where their last slice ended."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.usecases import dry_run_slices
from shared.db.base import Sessions
from shared.db.session import transaction

_AT_ONCE = 4
"""Slices an organization has in one round, so that clocks of patients wait for seconds at most."""


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Do some slices of what is running; returns how many. The row's lock is the lease: a killed one is done again."""
    done = 0
    for organization_id in organizations:
        for _ in range(_AT_ONCE):
            async with transaction(sessions, organization_id) as tx:
                more = await dry_run_slices.go_on(tx, now=now)
            if not more:
                break
            done += 1
    return done
