"""Referrals whose stage has lasted too long: each breach becomes one follow-up, however often this runs (L2)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.usecases import referral_sweep
from shared.db.base import Sessions
from shared.db.session import transaction


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Surface every stage that was due before ``now``, one transaction each; returns how many were new."""
    surfaced = 0
    for organization_id in organizations:
        while await _one(sessions, organization_id, now):
            surfaced += 1
    return surfaced


async def _one(sessions: Sessions, organization_id: UUID, now: datetime) -> bool:
    async with transaction(sessions, organization_id) as tx:
        return await referral_sweep.surface_next(tx, now=now)
