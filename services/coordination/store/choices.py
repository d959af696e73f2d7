"""What each referral's choice of specialist cost beside the adequate others, as it stood then."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session
from shared.kit.problems import NotFound

_MONEY = Numeric(14, 2)


class ReferralChoiceRow(OfOrganization, Row):
    """Written once with the referral, and never changed: prices and slots move on, the choice was made then.

    Costs are the patient's, in ``currency``; null is unknown, never nothing.
    """

    __tablename__ = "referral_choices"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    specialist_id: Mapped[UUID] = mapped_column(ForeignKey("specialists.id"))
    chosen_at: Mapped[datetime] = mapped_column(INSTANT)
    chosen_rank: Mapped[int | None]
    chosen_cost: Mapped[Decimal | None] = mapped_column(_MONEY)
    cheapest_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialists.id"))
    cheapest_cost: Mapped[Decimal | None] = mapped_column(_MONEY)
    median_cost: Mapped[Decimal | None] = mapped_column(_MONEY)
    adequate: Mapped[int]
    priced: Mapped[int]
    currency: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_referral_choices_chosen_at", "organization_id", "chosen_at"),)


async def get(tx: Session, referral_id: UUID) -> ReferralChoiceRow:
    """The choice of one referral.

    Raises:
        NotFound: the referral is from before choices were kept, or there is none in this organization.
    """
    row = await tx.get(ReferralChoiceRow, referral_id)
    if row is None:
        raise NotFound("choice")
    return row
