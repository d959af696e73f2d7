"""How patients are followed in monitoring, over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.coordination.usecases import followed
from shared.contracts.base import Page
from shared.contracts.coordination.enrollments import FollowedRead, PutEnrollment
from shared.web.deps import Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/enrollments", tags=["enrollments"])


@router.put("/{enrollment_id}", operation_id="enrollments.put")
async def put(
    enrollment_id: UUID, body: PutEnrollment, response: Response, tx: Tx, actor: Who, now: Now
) -> FollowedRead:
    """Monitoring tells how a patient is followed: state and tier. An older version changes nothing."""
    return tagged(response, await followed.put(tx, enrollment_id, body, actor=actor, now=now))


@router.get("", operation_id="enrollments.list")
async def list_(
    patient_id: UUID, request: Request, response: Response, page: PageAsked, tx: ReadTx
) -> Page[FollowedRead]:
    """How a patient is and was followed in monitoring, as it last said; oldest first."""
    found = await followed.page(tx, patient_id, limit=page.limit, cursor=page.cursor)
    return paged(response, request, found)
