"""Reply links: their secrets as hashes, what they grant, and what became of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from services.coordination.store.referrals import ReferralRow
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.kit.problems import NotFound


class ReplyLinkRow(OfOrganization, Row):
    """``token_hash`` and ``code_hash`` are SHA-256; the secrets themselves are nowhere."""

    __tablename__ = "reply_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral_documents.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    acts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sender: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime] = mapped_column(INSTANT)
    used_at: Mapped[datetime | None] = mapped_column(INSTANT)
    used_for: Mapped[str | None] = mapped_column(Text)
    revoked_at: Mapped[datetime | None] = mapped_column(INSTANT)
    revoked_why: Mapped[str | None] = mapped_column(Text)
    wrong_codes: Mapped[int]
    window_started_at: Mapped[datetime] = mapped_column(INSTANT)
    window_uses: Mapped[int]

    __table_args__ = (
        UniqueConstraint("organization_id", "token_hash"),
        Index("ix_reply_links_referral_id", "organization_id", "referral_id", "id"),
    )


async def by_token(tx: Session, token_hash: bytes, *, lock: bool = False) -> ReplyLinkRow | None:
    """The link of a token, freshly read; with ``lock`` for a change."""
    query = select(ReplyLinkRow).where(
        ReplyLinkRow.organization_id == organization(tx), ReplyLinkRow.token_hash == token_hash
    )
    query = query.execution_options(populate_existing=True)
    return await tx.scalar(query.with_for_update() if lock else query)


async def of_referral(tx: Session, referral_id: UUID, *, lock: bool = False) -> Sequence[ReplyLinkRow]:
    """A referral's links, newest first."""
    query = select(ReplyLinkRow).where(
        ReplyLinkRow.organization_id == organization(tx), ReplyLinkRow.referral_id == referral_id
    )
    query = query.order_by(ReplyLinkRow.id.desc())
    return (await tx.scalars(query.with_for_update() if lock else query)).all()


async def get_for_update(tx: Session, referral_id: UUID, link_id: UUID) -> ReplyLinkRow:
    """One link of a referral, locked.

    Raises:
        NotFound: the referral has no such link.
    """
    query = select(ReplyLinkRow).where(
        ReplyLinkRow.organization_id == organization(tx),
        ReplyLinkRow.referral_id == referral_id,
        ReplyLinkRow.id == link_id,
    )
    row = await tx.scalar(query.with_for_update())
    if row is None:
        raise NotFound("reply link")
    return row


async def close_before_visit(tx: Session, patient_id: UUID, why: str, now: datetime) -> None:
    """Close the links of a patient's referrals whose visit has not been: nothing is to be booked any more."""
    row = ReplyLinkRow
    waiting = select(ReferralRow.id).where(
        ReferralRow.organization_id == organization(tx),
        ReferralRow.patient_id == patient_id,
        ReferralRow.seen_at.is_(None),
    )
    standing = (row.organization_id == organization(tx), row.used_at.is_(None), row.revoked_at.is_(None))
    closing = update(row).where(*standing, row.referral_id.in_(waiting)).values(revoked_at=now, revoked_why=why)
    await tx.execute(closing)
