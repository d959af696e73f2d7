"""What time does to referrals."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain.referrals import EXPIRING
from services.coordination.store import calendars
from services.coordination.store import referral_sweep as store
from services.coordination.usecases.referral_record import VALIDITY_OVER, owe, surface
from shared.db.base import Session


async def stages_over(tx: Session, *, job: str, now: datetime, most: int) -> Sequence[UUID]:
    """Some referrals whose stage lasted too long."""
    return await store.due(tx, store.stage_over(now), job=job, now=now, most=most)


async def surface_stage(tx: Session, referral_id: UUID, *, now: datetime) -> bool:
    """Put a breached stage on the worklist; False when somebody else did, or works on the referral."""
    row = await store.lock(tx, referral_id, store.stage_over(now))
    if row is not None:
        await surface(tx, row, await calendars.calendar(tx, row.zone, of=row.patient_id), now)
    return row is not None


async def validities_over(tx: Session, *, job: str, now: datetime, most: int) -> Sequence[UUID]:
    """Some referrals whose validity is over without a visit."""
    return await store.due(tx, store.validity_over(EXPIRING, now), job=job, now=now, most=most)


async def surface_validity(tx: Session, referral_id: UUID, *, now: datetime) -> bool:
    """Put a validity that is over on the worklist; False when somebody else did, or works on the referral."""
    row = await store.lock(tx, referral_id, store.validity_over(EXPIRING, now))
    if row is None or row.valid_until is None:
        return False
    row.validity_over_at = row.updated_at = now
    calendar = await calendars.calendar(tx, row.zone, of=row.patient_id)
    title = "The referral's validity is over: end it, and refer anew if it is still wanted"
    await owe(tx, row, stage=VALIDITY_OVER, title=title, due_at=calendar.end_of(row.valid_until), now=now)
    return True
