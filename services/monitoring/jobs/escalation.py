"""Snoozes that are over open their alerts again; alerts that nobody answered are told to whoever is next."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.usecases import escalations, rounds
from services.monitoring.usecases.rechecking import clock
from shared.db.base import Sessions
from shared.db.session import EVERY, transaction

JOB = "escalation"
_AT_ONCE = 200


async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
    """Judge at ``now`` (aware); returns how many alerts were looked at.

    Each tier of an alert is one row, so that a second run, a second worker or a killed one tells nobody twice.
    """
    async with transaction(sessions, EVERY) as tx:
        judged = await rounds.begin(tx, JOB, organizations, now)
    done = 0
    for organization_id in organizations:
        for step in (escalations.wake, escalations.escalate):
            count = 1
            while count:
                async with transaction(sessions, organization_id) as tx:
                    count = await step(tx, actor=clock(organization_id), now=judged, limit=_AT_ONCE)
                done += count
    return done
