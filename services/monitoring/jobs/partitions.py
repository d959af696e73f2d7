"""Months of readings are made before they begin, so that no reading waits for a table."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.store import reading_partitions
from shared.db.base import Sessions
from shared.db.session import EVERY, transaction

AHEAD = 12


async def run_once(sessions: Sessions, _organizations: Sequence[UUID], now: datetime) -> int:
    """Make the partitions of the coming twelve months that are not there yet; returns how many were made."""
    async with transaction(sessions, EVERY) as tx:
        return await reading_partitions.make(tx, now.date(), months=AHEAD)
