"""What was done about alerts since their clocks began."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, or_, select

from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.attempts import AttemptRow
from services.monitoring.store.check_ins import CheckInRow
from services.monitoring.store.plan_changes import PlanChangeRow
from shared.db.base import Session
from shared.vocabulary import ContactOutcome

_REACHED = (ContactOutcome.REACHED, ContactOutcome.DECLINED)


async def acted(tx: Session, alert_ids: Collection[UUID]) -> set[UUID]:
    """Those of these alerts since whose clock began the patient was reached, or a medicine's change was proposed."""
    reached = exists().where(
        AttemptRow.patient_id == AlertRow.patient_id,
        AttemptRow.at >= AlertRow.raised_at,
        AttemptRow.outcome.in_(_REACHED),
    )
    held = exists().where(
        CheckInRow.patient_id == AlertRow.patient_id,
        CheckInRow.asked_at >= AlertRow.raised_at,
        CheckInRow.contact.is_not(None),
    )
    proposed = exists().where(
        PlanChangeRow.patient_id == AlertRow.patient_id, PlanChangeRow.proposed_at >= AlertRow.raised_at
    )
    query = select(AlertRow.id).where(AlertRow.id.in_(alert_ids), or_(reached, held, proposed))
    return set((await tx.scalars(query)).all())
