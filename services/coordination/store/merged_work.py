"""What hangs on a patient or a need and goes over when two records become one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import aliased

from services.coordination.store import preferences, waitlists
from services.coordination.store.obligations import ObligationRow
from services.coordination.store.referrals import ReferralRow
from services.coordination.store.waitlists import WaitlistRow
from shared.db.base import Session, organization


async def move(tx: Session, from_patient: UUID, to_patient: UUID, now: datetime) -> None:
    """Give live referrals and open worklist rows to another record of the same person."""
    changed = {"patient_id": to_patient, "updated_at": now}
    referrals = update(ReferralRow).where(
        ReferralRow.organization_id == organization(tx), ReferralRow.patient_id == from_patient, ReferralRow.live
    )
    await tx.execute(referrals.values(**changed, version=ReferralRow.version + 1))
    await preferences.follow(tx, from_patient, to_patient)
    waiting = update(WaitlistRow).where(
        WaitlistRow.organization_id == organization(tx),
        WaitlistRow.patient_id == from_patient,
        waitlists.LIVE,
    )
    await tx.execute(waiting.values(**changed, version=WaitlistRow.version + 1))
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


async def follow_needs(tx: Session, need_ids: Sequence[UUID], patient_id: UUID, now: datetime) -> Sequence[UUID]:
    """Give referrals and waitlist entries of needs to the patient of the needs; returns the referrals that moved."""
    changed = {"patient_id": patient_id, "updated_at": now}
    moved: Sequence[UUID] = ()
    for row in (WaitlistRow, ReferralRow):
        found = (row.organization_id == organization(tx), row.need_id.in_(need_ids), row.patient_id != patient_id)
        following = update(row).where(*found).values(**changed, version=row.version + 1).returning(row.id)
        moved = (await tx.scalars(following)).all()
    return moved


async def need_of(tx: Session, referral_id: UUID) -> UUID | None:
    """The need a referral serves."""
    return await tx.scalar(select(ReferralRow.need_id).where(ReferralRow.id == referral_id))


async def serve(tx: Session, referral_id: UUID, need_id: UUID, now: datetime) -> None:
    """Let a referral serve another need."""
    changed = {"need_id": need_id, "updated_at": now, "version": ReferralRow.version + 1}
    await tx.execute(update(ReferralRow).where(ReferralRow.id == referral_id).values(changed))


async def follow_sources(
    tx: Session, source_ids: Collection[UUID], work_ids: Collection[UUID], patient_id: UUID, now: datetime
) -> None:
    """Give work to a patient: what comes from some needs, referrals and stays, and some by its id."""
    changed = {"patient_id": patient_id, "updated_at": now, "version": ObligationRow.version + 1}
    of = or_(ObligationRow.source_id.in_(source_ids), ObligationRow.id.in_(work_ids))
    moving = update(ObligationRow).where(
        ObligationRow.organization_id == organization(tx), of, ObligationRow.patient_id != patient_id
    )
    await tx.execute(moving.values(changed))
