"""The one table: message kind → the other service's endpoint, and what its answer does."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.coordination.clients import monitoring
from services.coordination.usecases import enrollments
from shared.db.base import Session
from shared.db.outbox import Envelope
from shared.web.delivery import Deliveries, Delivery
from shared.web.peer import Refused


async def _enrolled(tx: Session, message: Envelope, answer: Any, now: datetime) -> None:
    await enrollments.accepted(tx, UUID(message.body["request_id"]), UUID(answer["id"]), now=now)


async def _not_enrolled(tx: Session, message: Envelope, refusal: Refused, now: datetime) -> None:
    await enrollments.refused(tx, UUID(message.body["request_id"]), refusal.detail, now=now)


DELIVERIES: Deliveries = {
    "EnrollmentRequested": Delivery(
        monitoring.enroll,
        on_answer=_enrolled,
        # Why monitoring does not follow the patient is an answer; the need is open again with the reason.
        understood=frozenset(
            {
                "baseline.refused",
                "circumstance.unknown",
                "consent.refused",
                "enrollment.already-followed",
                "enrollment.excluded",
                "enrollment.request-reused",
                "protocol.unknown",
            }
        ),
        on_refusal=_not_enrolled,
    ),
    "PatientChanged": Delivery(monitoring.change_patient),
    "CareTeamChanged": Delivery(monitoring.put_care_team_member),
    "AbsenceChanged": Delivery(monitoring.put_cover),
    "StayStarted": Delivery(monitoring.put_stay),
    "StayEnded": Delivery(monitoring.put_stay),
}
