"""Snoozes that are over open their alerts again; alerts that nobody answered are told to whoever is next."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from services.monitoring.store import escalations as store
from services.monitoring.usecases import escalations, rounds
from services.monitoring.usecases.rechecking import clock
from shared.db.base import Sessions
from shared.db.isolated import BatchWork, Find, until_nothing_is_due
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
        for find, work in _steps(organization_id, judged):
            done += await until_nothing_is_due(sessions, organization_id, JOB, find, work, now=judged)
    return done


def _steps(organization_id: UUID, now: datetime) -> Iterator[tuple[Find, BatchWork]]:
    actor = clock(organization_id)
    for due, step in ((store.snoozes_over, escalations.wake), (store.due, escalations.escalate)):
        yield partial(due, job=JOB, now=now, limit=_AT_ONCE), partial(step, actor=actor, now=now)
