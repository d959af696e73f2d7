"""Readings that were refused or put aside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session
from shared.kit.problems import NotFound


class IssueRow(OfOrganization, Changing, Row):
    """``digest`` makes the same item with the same reason one issue, however often it is sent."""

    __tablename__ = "reading_issues"
    __table_args__ = (
        Index("uq_reading_issues_digest", "organization_id", "digest", unique=True),
        Index("ix_reading_issues_state", "organization_id", "state", "id"),
        Index("ix_reading_issues_patient_id", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID | None] = mapped_column(Uuid)
    outcome: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    metric: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    raw: Mapped[Any] = mapped_column(JSONB)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    reading_id: Mapped[str | None] = mapped_column(Text)
    settled_by: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(INSTANT)


async def get(tx: Session, issue_id: UUID) -> IssueRow:
    """The issue; raises NotFound."""
    row = await tx.get(IssueRow, issue_id)
    if row is None:
        raise NotFound("reading issue")
    return row


async def get_for_update(tx: Session, issue_id: UUID) -> IssueRow:
    """The issue, locked; raises NotFound."""
    row = await tx.get(IssueRow, issue_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("reading issue")
    return row


async def add(tx: Session, rows: Sequence[dict[str, Any]]) -> dict[bytes, UUID]:
    """Keep issues that are not known yet; returns the id behind every digest."""
    if not rows:
        return {}
    unique = sorted({row["digest"]: row for row in rows}.values(), key=lambda row: bytes(row["digest"]))
    await tx.execute(insert(IssueRow).on_conflict_do_nothing(), unique)
    digests = [row["digest"] for row in unique]
    found = await tx.execute(select(IssueRow.digest, IssueRow.id).where(IssueRow.digest.in_(digests)))
    return {row.digest: row.id for row in found}


async def page(tx: Session, filters: dict[str, Any], *, after: UUID | None, limit: int) -> Sequence[IssueRow]:
    """Issues by id (oldest first); ``filters`` names columns."""
    query = select(IssueRow).order_by(IssueRow.id).limit(limit)
    for name, value in filters.items():
        query = query.where(getattr(IssueRow, name) == value)
    if after is not None:
        query = query.where(IssueRow.id > after)
    return (await tx.scalars(query)).all()
