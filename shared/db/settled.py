"""Failures of rows the other jobs no longer come to, because something else settled them, are forgotten."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.db import job_failures
from shared.db.base import Sessions
from shared.db.session import transaction


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Forget what was not tried again at ``now`` (aware) although its time came long ago; returns how many."""
    done = 0
    for organization_id in organizations:
        async with transaction(sessions, organization_id) as tx:
            done += await job_failures.forget_settled(tx, now)
    return done
