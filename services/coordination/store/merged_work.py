"""What hangs on a patient or a need and goes over when two records become one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from services.coordination.store import preferences
from services.coordination.store.obligations import ObligationRow
from services.coordination.store.referrals import ReferralRow
from shared.db.base import Session, organization


async def move(tx: Session, from_patient: UUID, to_patient: UUID, now: datetime) -> None:
    """Give live referrals and open worklist rows to another record of the same person."""
    changed = {"patient_id": to_patient, "updated_at": now}
    referrals = update(ReferralRow).where(
        ReferralRow.organization_id == organization(tx), ReferralRow.patient_id == from_patient, ReferralRow.live
    )
    await tx.execute(referrals.values(**changed, version=ReferralRow.version + 1))
    await preferences.follow(tx, from_patient, to_patient)
    work = update(ObligationRow).where(
        ObligationRow.organization_id == organization(tx),
        ObligationRow.patient_id == from_patient,
        ObligationRow.closed_at.is_(None),
    )
    await tx.execute(work.values(**changed, version=ObligationRow.version + 1))


async def repoint(tx: Session, from_need: UUID, to_need: UUID, now: datetime) -> None:
    """Let the live referral of a doubled need serve the need that stays, unless that has one of its own."""
    other = aliased(ReferralRow)
    taken = select(other.id).where(other.need_id == to_need, other.live).exists()
    await tx.execute(
        update(ReferralRow)
        .where(
            ReferralRow.organization_id == organization(tx), ReferralRow.need_id == from_need, ReferralRow.live, ~taken
        )
        .values(need_id=to_need, updated_at=now, version=ReferralRow.version + 1)
    )
