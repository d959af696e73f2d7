"""What the worker of coordination does, and what /v1/ops/run-jobs does once."""

from services.coordination.jobs import breaches, outcomes, stalled, waitlists
from services.coordination.jobs.deliveries import DELIVERIES
from shared.db import settled
from shared.web.worker import Work

WORK = Work(
    deliveries=DELIVERIES,
    jobs={
        "breaches": breaches.run_once,
        "stalled-referrals": stalled.run_once,
        "waitlists": waitlists.run_once,
        "outcomes": outcomes.run_once,
        "job-failures": settled.run_once,
    },
)
