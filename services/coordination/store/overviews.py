"""The newest of a patient's records, for the overview."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from services.coordination.store.contacts import ContactRow
from services.coordination.store.referrals import ReferralRow
from services.coordination.store.risk_scores import RiskScoreRow
from services.coordination.store.stays import StayRow
from shared.db.base import Session, organization


async def live_referrals(tx: Session, patient_id: UUID, *, limit: int) -> Sequence[ReferralRow]:
    """Live referrals, the one whose stage must end first at the top."""
    row = ReferralRow
    query = select(row).where(row.organization_id == organization(tx), row.patient_id == patient_id, row.live)
    return (await tx.scalars(query.order_by(row.stage_due_at.nulls_last(), row.id).limit(limit))).all()


async def newest_stays(tx: Session, patient_id: UUID, *, limit: int) -> Sequence[StayRow]:
    """Stays that were not entered in error, the latest first; a planned one by the day it is planned for."""
    row = StayRow
    begins = func.coalesce(row.started_at, row.planned_for, row.created_at)
    query = select(row).where(
        row.organization_id == organization(tx), row.patient_id == patient_id, row.state != "entered-in-error"
    )
    return (await tx.scalars(query.order_by(begins.desc(), row.id.desc()).limit(limit))).all()


async def newest_contacts(tx: Session, patient_id: UUID, *, limit: int) -> Sequence[ContactRow]:
    """Contacts, the latest made first."""
    row = ContactRow
    query = select(row).where(row.organization_id == organization(tx), row.patient_id == patient_id)
    return (await tx.scalars(query.order_by(row.started_at.desc(), row.id.desc()).limit(limit))).all()


async def newest_scored_stay(tx: Session, patient_id: UUID) -> UUID | None:
    """The stay of the score calculated last."""
    row = RiskScoreRow
    query = select(row.stay_id).where(row.organization_id == organization(tx), row.patient_id == patient_id)
    return await tx.scalar(query.order_by(row.id.desc()).limit(1))
