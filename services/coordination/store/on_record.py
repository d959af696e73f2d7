"""What is on record of a patient: when each kind of thing began first, and what shows a life after an instant."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal, select, union_all

from services.coordination.store.contacts import ContactRow
from services.coordination.store.enrollments import EnrollmentRow
from services.coordination.store.needs import NeedRow
from services.coordination.store.stays import StayRow
from services.coordination.store.visits import VisitRow
from shared.db.base import Session, organization
from shared.vocabulary import Channel, ContactOutcome, ContactWith, StayState

_NEVER_WAS = (StayState.ENTERED_IN_ERROR, StayState.CANCELLED)
_TOOK_PLACE = (StayState.IN_PROGRESS, StayState.FINISHED)
_FACE_TO_FACE = (Channel.IN_PERSON, Channel.HOME_VISIT)


async def earliest(tx: Session, patient_id: UUID) -> dict[str, datetime]:
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


async def first_after(tx: Session, patient_id: UUID, instant: datetime) -> tuple[str, UUID, datetime] | None:
    """The first stay, visit or contact in person with the patient that began after ``instant``: what, which and when.

    What is planned, cancelled or entered in error does not count, nor does a contact with somebody else.
    """
    mine = organization(tx)
    stay, visit, contact = StayRow, VisitRow, ContactRow
    found = union_all(
        select(literal("stay").label("what"), stay.id.label("id"), stay.started_at.label("at")).where(
            stay.organization_id == mine, stay.patient_id == patient_id, stay.state.in_(_TOOK_PLACE)
        ),
        select(literal("visit"), visit.id, visit.started_at).where(
            visit.organization_id == mine, visit.patient_id == patient_id, visit.state.in_(_TOOK_PLACE)
        ),
        select(literal("contact"), contact.id, contact.started_at).where(
            contact.organization_id == mine,
            contact.patient_id == patient_id,
            contact.contacted == ContactWith.PATIENT,
            contact.channel.in_(_FACE_TO_FACE),
            contact.outcome == ContactOutcome.REACHED,
        ),
    ).subquery()
    query = select(found.c.what, found.c.id, found.c.at).where(found.c.at > instant).order_by(found.c.at).limit(1)
    row = (await tx.execute(query)).first()
    return None if row is None else (row.what, row.id, row.at)
