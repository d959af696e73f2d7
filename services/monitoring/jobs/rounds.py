"""What the worker of monitoring does, and what /v1/ops/run-jobs does once."""

from services.monitoring.jobs import (
    check_ins,
    escalation,
    looks,
    partitions,
    plan_changes,
    resumes,
    silence,
    unrecovered,
)
from services.monitoring.jobs.deliveries import DELIVERIES
from shared.web.worker import Work

WORK = Work(
    deliveries=DELIVERIES,
    jobs={
        "unrecovered": unrecovered.run_once,
        "looks": looks.run_once,
        "resumes": resumes.run_once,
        "check-ins": check_ins.run_once,
        "plan-changes": plan_changes.run_once,
        "silence": silence.run_once,
        "escalation": escalation.run_once,
        "partitions": partitions.run_once,
    },
)
