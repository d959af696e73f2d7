"""What is expected of an enrollment over HTTP."""

from uuid import UUID

from fastapi import Response

from services.monitoring.usecases import expectations
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.contracts.monitoring.silence import ExpectationRead, OrderReadings
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.route import Router

router = Router(prefix="/v1/enrollments/{enrollment_id}/expectations", tags=["enrollments"])


@router.get("", operation_id="enrollments.expectations")
async def list_all(enrollment_id: UUID, tx: ReadTx, now: Now) -> list[ExpectationRead]:
    """What is expected of the patient, when it last came, and what its absence becomes when."""
    return await expectations.of_enrollment(tx, enrollment_id, now=now)


@router.post("", operation_id="enrollments.order-readings", status_code=201)
async def order(
    enrollment_id: UUID, body: OrderReadings, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Order how often this patient sends readings; it replaces the protocol's waits from now on."""
    done = await expectations.order(tx, enrollment_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)
