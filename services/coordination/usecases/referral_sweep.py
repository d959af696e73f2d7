"""What time does to referrals."""

from datetime import datetime

from services.coordination.domain.referrals import EXPIRING
from services.coordination.store import calendars
from services.coordination.store import referral_sweep as store
from services.coordination.usecases.referral_record import VALIDITY_OVER, owe, surface
from shared.db.base import Session


async def surface_next(tx: Session, *, now: datetime) -> bool:
    """Put one breached stage, or one referral whose validity is over, on the worklist.

    False when none is left that nobody else is working on.
    """
    row = await store.next_breached(tx, now)
    if row is None:
        return await _surface_validity(tx, now)
    await surface(tx, row, await calendars.calendar(tx, row.zone, of=row.patient_id), now)
    return True


async def _surface_validity(tx: Session, now: datetime) -> bool:
    row = await store.next_past_validity(tx, EXPIRING, now)
    if row is None or row.valid_until is None:
        return False
    row.validity_over_at = row.updated_at = now
    calendar = await calendars.calendar(tx, row.zone, of=row.patient_id)
    title = "The referral's validity is over: end it, and refer anew if it is still wanted"
    await owe(tx, row, stage=VALIDITY_OVER, title=title, due_at=calendar.end_of(row.valid_until), now=now)
    return True
