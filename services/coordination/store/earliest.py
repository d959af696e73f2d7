"""When each kind of thing that is on record of a patient began first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal, select, union_all

from services.coordination.store.contacts import ContactRow
from services.coordination.store.enrollments import EnrollmentRow
from services.coordination.store.needs import NeedRow
from services.coordination.store.stays import StayRow
from services.coordination.store.visits import VisitRow
from shared.db.base import Session, organization

_NEVER_WAS = ("entered-in-error", "cancelled")


async def of_patient(tx: Session, patient_id: UUID) -> dict[str, datetime]:
    """By what it is called the first instant (UTC) of each; what was entered in error or cancelled does not count."""
    mine = organization(tx)
    stay, visit, need, contact, enrollment = StayRow, VisitRow, NeedRow, ContactRow, EnrollmentRow
    begins = func.min(func.coalesce(stay.started_at, stay.planned_for))
    firsts = [
        select(literal("stay"), begins.label("at")).where(
            stay.organization_id == mine, stay.patient_id == patient_id, stay.state.not_in(_NEVER_WAS)
        ),
        select(literal("visit"), func.min(visit.started_at)).where(
            visit.organization_id == mine, visit.patient_id == patient_id, visit.state.not_in(_NEVER_WAS)
        ),
        select(literal("need"), func.min(func.least(need.created_at, need.done_at))).where(
            need.organization_id == mine, need.patient_id == patient_id
        ),
        select(literal("contact"), func.min(contact.started_at)).where(
            contact.organization_id == mine, contact.patient_id == patient_id
        ),
        select(literal("enrollment"), func.min(enrollment.created_at)).where(
            enrollment.organization_id == mine, enrollment.patient_id == patient_id
        ),
    ]
    return {what: at for what, at in await tx.execute(union_all(*firsts)) if at is not None}
