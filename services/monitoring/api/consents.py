"""Consents of an enrollment over HTTP."""

from uuid import UUID

from fastapi import Response

from services.monitoring.usecases import consents
from shared.contracts.monitoring.consents import GiveConsent, RevokeConsent
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.web.deps import IfMatch, Now, Tx, Who, tagged
from shared.web.route import Router

router = Router(prefix="/v1/enrollments/{enrollment_id}/consents", tags=["enrollments"])


@router.post("", operation_id="enrollments.consent", status_code=201)
async def give(
    enrollment_id: UUID, body: GiveConsent, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Write down that the patient agrees to a purpose: who said so, when and how."""
    return tagged(response, await consents.give(tx, enrollment_id, body, version=if_match, actor=actor, now=now))


@router.post("/revoke", operation_id="enrollments.consent-revoke")
async def revoke(
    enrollment_id: UUID, body: RevokeConsent, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Write down that the patient no longer agrees; effective at once.

    Without the consent to be monitored an active or paused enrollment ends.
    """
    return tagged(response, await consents.revoke(tx, enrollment_id, body, version=if_match, actor=actor, now=now))
