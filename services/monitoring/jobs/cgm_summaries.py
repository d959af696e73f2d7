"""Sensor data are summed up once a day, each patient in a transaction of their own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.store import cgm_summaries as store
from services.monitoring.usecases import cgm_summaries
from shared.db.base import Sessions
from shared.db.isolated import one_by_one_until_nothing_is_due

JOB = "cgm-summaries"
_AT_ONCE = 500


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Sum up every sensor that is due at ``now`` (aware); returns for how many patients something changed."""
    done = 0
    for organization_id in organizations:
        done += await one_by_one_until_nothing_is_due(
            sessions,
            organization_id,
            JOB,
            lambda tx: store.due(tx, JOB, now, limit=_AT_ONCE),
            lambda tx, each: cgm_summaries.keep(tx, each, now),
            now=now,
        )
    return done
