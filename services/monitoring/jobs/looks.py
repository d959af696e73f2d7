"""Tiers, reviews of targets and expired baselines: what a day's passing alone changes in enrollments."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.store import enrollment_clocks
from services.monitoring.usecases import looks
from shared.db.base import Sessions
from shared.db.isolated import one_by_one_until_nothing_is_due

JOB = "looks"
_AT_ONCE = 500


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Look at every enrollment that is due at ``now`` (aware), each in a transaction of its own; returns how many."""
    done = 0
    for organization_id in organizations:
        done += await one_by_one_until_nothing_is_due(
            sessions,
            organization_id,
            JOB,
            lambda tx: enrollment_clocks.looks_due(tx, JOB, now, limit=_AT_ONCE),
            lambda tx, each: looks.look(tx, each, now),
            now=now,
        )
    return done
