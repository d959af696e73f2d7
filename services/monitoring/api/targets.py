"""Baselines, circumstances and individual targets of an enrollment over HTTP."""

from uuid import UUID

from fastapi import Response

from services.monitoring.usecases import baselines, circumstance_spans
from shared.contracts.monitoring.enrollment_acts import RecordCircumstance
from shared.contracts.monitoring.enrollments import Baseline, EnrollmentRead, SetTarget, WithdrawTarget
from shared.web.deps import IfMatch, Now, Tx, Who, tagged
from shared.web.route import Router

router = Router(prefix="/v1/enrollments/{enrollment_id}", tags=["enrollments"])


@router.post("/baselines", operation_id="enrollments.baseline", status_code=201)
async def add_baseline(
    enrollment_id: UUID, body: Baseline, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Set a value to compare with, such as the dry weight; it holds until a newer one."""
    return tagged(response, await baselines.add(tx, enrollment_id, body, version=if_match, actor=actor, now=now))


@router.post("/circumstances", operation_id="enrollments.circumstance", status_code=201)
async def record_circumstance(
    enrollment_id: UUID, body: RecordCircumstance, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Say from when until when something holds of the patient; it is shared, and what was measured is judged again."""
    done = await circumstance_spans.record(tx, enrollment_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/targets", operation_id="enrollments.target", status_code=201)
async def set_target(
    enrollment_id: UUID, body: SetTarget, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Give this patient a limit of their own; a looser one for a high or critical alert names the prescriber."""
    done = await baselines.set_target(tx, enrollment_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/targets/{target_id}/withdraw", operation_id="enrollments.target-withdraw")
async def withdraw_target(
    enrollment_id: UUID,
    target_id: UUID,
    body: WithdrawTarget,
    if_match: IfMatch,
    response: Response,
    tx: Tx,
    actor: Who,
    now: Now,
) -> EnrollmentRead:
    """Let the protocol's default hold again."""
    done = await baselines.withdraw_target(tx, enrollment_id, target_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)
