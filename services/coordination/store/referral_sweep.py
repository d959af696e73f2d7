"""What the sweep over referrals finds, each locked: stages and validities that are over."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Date, cast, func, select

from services.coordination.store.referrals import ReferralRow
from shared.db.base import Session, organization


async def next_breached(tx: Session, now: datetime) -> ReferralRow | None:
    """A referral whose stage is over and was not surfaced yet, locked; one that somebody works on is left."""
    query = select(ReferralRow).where(
        ReferralRow.organization_id == organization(tx),
        ReferralRow.stage_due_at < now,
        ReferralRow.stage_breached_at.is_(None),
    )
    return await tx.scalar(query.order_by(ReferralRow.stage_due_at).limit(1).with_for_update(skip_locked=True))


async def next_past_validity(tx: Session, states: Iterable[str], now: datetime) -> ReferralRow | None:
    """A live referral in some states whose last valid day is over where the patient lives, and that was not surfaced
    yet, locked; one that somebody works on is left."""
    row = ReferralRow
    query = select(row).where(
        row.organization_id == organization(tx),
        row.live,
        row.validity_over_at.is_(None),
        row.valid_until.is_not(None),
        # The index finds the days that are over somewhere on Earth; the zone decides.
        row.valid_until < (now + timedelta(hours=14)).date(),
        row.valid_until < cast(func.timezone(row.zone, now), Date),
        row.state.in_(list(states)),
    )
    return await tx.scalar(query.order_by(row.valid_until).limit(1).with_for_update(skip_locked=True))
