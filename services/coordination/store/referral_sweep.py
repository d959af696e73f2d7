"""What the sweep over referrals finds: stages and validities that are over."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, func, select

from services.coordination.store.referrals import ReferralRow
from shared.db.base import Session, organization
from shared.db.job_failures import left_alone

Over = ColumnElement[bool]


def stage_over(now: datetime) -> Over:
    """The stage is over and was not surfaced yet."""
    return and_(ReferralRow.stage_due_at < now, ReferralRow.stage_breached_at.is_(None))


def validity_over(states: Iterable[str], now: datetime) -> Over:
    """Live, in some states, the last valid day over where the patient lives, and not surfaced yet."""
    row = ReferralRow
    return and_(
        row.live,
        row.validity_over_at.is_(None),
        row.valid_until.is_not(None),
        # The index finds the days that are over somewhere on Earth; the zone decides.
        row.valid_until < (now + timedelta(hours=14)).date(),
        row.valid_until < cast(func.timezone(row.zone, now), Date),
        row.state.in_(list(states)),
    )


async def due(tx: Session, over: Over, *, job: str, now: datetime, most: int) -> Sequence[UUID]:
    """Some referrals of which this holds, without those on which the job just failed."""
    row = ReferralRow
    query = select(row.id).where(row.organization_id == organization(tx), over, ~left_alone(job, row.id, now))
    return (await tx.scalars(query.order_by(row.stage_due_at, row.id).limit(most))).all()


async def lock(tx: Session, referral_id: UUID, over: Over) -> ReferralRow | None:
    """One of them, locked, if it still holds; None where somebody works on it."""
    query = select(ReferralRow).where(ReferralRow.id == referral_id, over)
    return await tx.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
