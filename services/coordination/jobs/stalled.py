"""Referrals whose stage has lasted too long: each breach becomes one follow-up, however often this runs (L2)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from services.coordination.usecases import referral_sweep
from shared.db.base import Sessions
from shared.db.isolated import Find, Work, one_by_one_until_nothing_is_due

STAGES, VALIDITIES = "stalled-referrals", "expired-referrals"
_AT_ONCE = 500


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Surface each stage and validity that was over before ``now``, each by itself; returns how many were new."""
    surfaced = 0
    for organization_id in organizations:
        steps: tuple[tuple[str, Find, Work], ...] = (
            (
                STAGES,
                partial(referral_sweep.stages_over, job=STAGES, now=now, most=_AT_ONCE),
                partial(referral_sweep.surface_stage, now=now),
            ),
            (
                VALIDITIES,
                partial(referral_sweep.validities_over, job=VALIDITIES, now=now, most=_AT_ONCE),
                partial(referral_sweep.surface_validity, now=now),
            ),
        )
        for job, find, work in steps:
            surfaced += await one_by_one_until_nothing_is_due(sessions, organization_id, job, find, work, now=now)
    return surfaced
