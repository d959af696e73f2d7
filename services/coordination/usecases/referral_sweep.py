"""What time does to referrals."""

from datetime import datetime

from services.coordination.store import calendars, referrals
from services.coordination.usecases.referral_record import surface
from shared.db.base import Session


async def surface_next(tx: Session, *, now: datetime) -> bool:
    """Put one breached stage on the worklist; False when none is left that nobody else is working on."""
    row = await referrals.next_breached(tx, now)
    if row is None:
        return False
    await surface(tx, row, await calendars.calendar(tx, row.zone, of=row.patient_id), now)
    return True
