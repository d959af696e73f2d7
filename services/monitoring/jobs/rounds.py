"""What the worker of monitoring does, and what /v1/ops/run-jobs does once."""

import os
from datetime import timedelta

from services.monitoring.jobs import (
    check_ins,
    dry_runs,
    escalation,
    failures,
    looks,
    packing,
    partitions,
    plan_changes,
    resumes,
    silence,
    unrecovered,
)
from services.monitoring.jobs.deliveries import DELIVERIES
from shared.web.worker import Work

_PACKED_AFTER = timedelta(days=int(os.environ.get("PACK_READINGS_AFTER_DAYS", "60")))

WORK = Work(
    deliveries=DELIVERIES,
    outside=True,
    jobs={
        "unrecovered": unrecovered.run_once,
        "looks": looks.run_once,
        "resumes": resumes.run_once,
        "check-ins": check_ins.run_once,
        "plan-changes": plan_changes.run_once,
        "silence": silence.run_once,
        "escalation": escalation.run_once,
        "partitions": partitions.run_once,
        "job-failures": failures.run_once,
        "packing": packing.packing(_PACKED_AFTER),
        "dry-runs": dry_runs.run_once,
    },
)
