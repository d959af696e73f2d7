"""Documents of referrals, bytes and all."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, func, select
from sqlalchemy.orm import Mapped, defer, mapped_column, undefer

from services.coordination.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.kit.problems import NotFound


class DocumentRow(OfOrganization, Row):
    """A document never changes. ``content`` is read only where it is asked for."""

    __tablename__ = "referral_documents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    purpose: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(INSTANT)

    __table_args__ = (
        Index("ix_referral_documents_referral_id", "organization_id", "referral_id", "id"),
        CheckConstraint("octet_length(content) = size", name="size"),
        CheckConstraint("encode(sha256(content), 'hex') = sha256", name="sha256"),
    )


async def of_referral(tx: Session, referral_id: UUID) -> Sequence[DocumentRow]:
    """What is known of a referral's documents, oldest first, without their bytes."""
    query = select(DocumentRow).where(
        DocumentRow.organization_id == organization(tx), DocumentRow.referral_id == referral_id
    )
    return (await tx.scalars(query.options(defer(DocumentRow.content)).order_by(DocumentRow.id))).all()


async def room(tx: Session, referral_id: UUID) -> tuple[int, int]:
    """How many documents a referral has, and their bytes together."""
    query = select(func.count(), func.coalesce(func.sum(DocumentRow.size), 0)).where(
        DocumentRow.organization_id == organization(tx), DocumentRow.referral_id == referral_id
    )
    count, size = (await tx.execute(query)).one()
    return count, size


async def get(tx: Session, referral_id: UUID, document_id: UUID) -> DocumentRow:
    """One document with its bytes.

    Raises:
        NotFound: the referral has no such document.
    """
    query = select(DocumentRow).where(
        DocumentRow.organization_id == organization(tx),
        DocumentRow.referral_id == referral_id,
        DocumentRow.id == document_id,
    )
    row = await tx.scalar(query.options(undefer(DocumentRow.content)))
    if row is None:
        raise NotFound("document")
    return row
