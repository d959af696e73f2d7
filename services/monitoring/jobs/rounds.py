"""What the worker of monitoring does, and what /v1/ops/run-jobs does once."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.jobs import (
    cgm_summaries,
    check_ins,
    dry_runs,
    escalation,
    looks,
    packing,
    partitions,
    plan_changes,
    resumes,
    silence,
    unrecovered,
)
from services.monitoring.jobs.deliveries import DELIVERIES
from services.monitoring.usecases import rounds
from shared.db import settled
from shared.db.base import Sessions
from shared.db.session import EVERY, transaction
from shared.web.worker import Job, Work

_PACKED_AFTER = timedelta(days=int(os.environ.get("PACK_READINGS_AFTER_DAYS", "60")))


def by_the_database(name: str, job: Job) -> Job:
    """The job as of the database's clock, in bounded steps: a host whose clock is a day ahead decides nothing.

    The sweeps for silence and for escalation begin their rounds themselves.
    """

    async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
        async with transaction(sessions, EVERY) as tx:
            judged = await rounds.begin(tx, name, organizations, now)
        return await job(sessions, organizations, judged)

    return run_once


_JOBS: dict[str, Job] = {
    "unrecovered": unrecovered.run_once,
    "looks": looks.run_once,
    "resumes": resumes.run_once,
    "check-ins": check_ins.run_once,
    "plan-changes": plan_changes.run_once,
    "cgm-summaries": cgm_summaries.run_once,
    "silence": silence.run_once,
    "escalation": escalation.run_once,
    "partitions": partitions.run_once,
    "job-failures": settled.run_once,
    "packing": packing.packing(_PACKED_AFTER),
    "dry-runs": dry_runs.run_once,
}
_BEGUN = frozenset({silence.JOB, escalation.JOB})

WORK = Work(
    deliveries=DELIVERIES,
    outside=True,
    jobs={name: job if name in _BEGUN else by_the_database(name, job) for name, job in _JOBS.items()},
)
