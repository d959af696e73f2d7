"""The rounds of the clock's jobs: as of when they judge, and whether they still come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.rounds import RED_AFTER, behind, judged_at
from services.monitoring.store import rounds
from shared.db.base import Session
from shared.kit.log import log
from shared.kit.problems import Unavailable

JOBS = ("silence", "escalation")
"""The jobs without which nobody is told of what is missing or unanswered."""


class AlertingStopped(Unavailable):
    """Something that should look at the clock does not."""

    code = "alerting.stopped"
    title = "Missing readings or unanswered alerts are not being looked at"


async def begin(tx: Session, job: str, organizations: Sequence[UUID], now: datetime) -> datetime:
    """As of when to judge: ``now`` in simulated time, else the database's clock in bounded steps."""
    if organizations and await rounds.all_simulated(tx, list(organizations)):
        return now
    times = await rounds.times(tx, job)
    judged = judged_at(times.database_now, times.judged_at)
    if behind(times.database_now, judged):
        log().warning("round.behind", job=job)
    await rounds.beat(tx, job, judged)
    return judged


async def check(tx: Session) -> None:
    """Raise what is wrong with the clock's jobs.

    Raises:
        AlertingStopped: a job has not been seen for a minute, or still steps towards the database's clock.
    """
    for job in JOBS:
        times = await rounds.times(tx, job)
        if times.ran_at is None or times.judged_at is None:
            raise AlertingStopped(f"The job {job} has never run. Start a worker of monitoring.")
        if times.database_now - times.ran_at > RED_AFTER:
            raise AlertingStopped(f"The job {job} was last seen at {times.ran_at:%H:%M:%S} UTC. Look at the workers.")
        if behind(times.ran_at, times.judged_at):
            raise AlertingStopped(f"The job {job} judges as of {times.judged_at:%Y-%m-%d %H:%M} UTC and catches up.")
