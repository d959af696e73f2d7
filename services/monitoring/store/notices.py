"""What prescribers and nurses are told of changes of medicines, and who has read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session
from shared.kit.problems import NotFound

_UNREAD = text("acknowledged_at IS NULL")


class NoticeRow(OfOrganization, Changing, Row):
    """One thing one person is told, once for each reason; ``told`` is the subject of their token, or a name."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("uq_notices_plan_change_id", "plan_change_id", "kind", "reason_code", "told", unique=True),
        Index("ix_notices_organization_id", "organization_id", "id"),
        Index("ix_notices_unread", "organization_id", "told", "id", postgresql_where=_UNREAD),
        Index("ix_notices_patient_id", "patient_id", postgresql_where=_UNREAD),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    plan_change_id: Mapped[UUID] = mapped_column(ForeignKey("plan_changes.id"))
    kind: Mapped[str] = mapped_column(Text)
    reason_code: Mapped[str] = mapped_column(Text)
    told: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sbar: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime] = mapped_column(INSTANT)
    answer_by: Mapped[datetime | None] = mapped_column(INSTANT)
    acknowledged_by: Mapped[str | None] = mapped_column(Text)
    acknowledged_at: Mapped[datetime | None] = mapped_column(INSTANT)
    answer: Mapped[str | None] = mapped_column(Text)


async def get(tx: Session, notice_id: UUID) -> NoticeRow:
    """The notice; raises NotFound."""
    return await _found(tx, notice_id, lock=False)


async def get_for_update(tx: Session, notice_id: UUID) -> NoticeRow:
    """The notice, locked; raises NotFound."""
    return await _found(tx, notice_id, lock=True)


async def _found(tx: Session, notice_id: UUID, *, lock: bool) -> NoticeRow:
    row = await tx.get(NoticeRow, notice_id, with_for_update=lock, populate_existing=lock)
    if row is None:
        raise NotFound("notice")
    return row


async def told(tx: Session, plan_change_id: UUID, kind: str) -> set[str]:
    """The reasons for which a notice of a kind was given of a change."""
    query = select(NoticeRow.reason_code).where(NoticeRow.plan_change_id == plan_change_id, NoticeRow.kind == kind)
    return set((await tx.scalars(query)).all())


async def page(
    tx: Session,
    filters: dict[str, Any],
    *,
    told: Sequence[str] | None,
    unread: bool | None,
    after: UUID | None,
    limit: int,
) -> Sequence[NoticeRow]:
    """Notices, newest first, to any of those ``told``; ``filters`` names columns."""
    query = select(NoticeRow).order_by(NoticeRow.id.desc()).limit(limit)
    for name, value in filters.items():
        query = query.where(getattr(NoticeRow, name) == value)
    if told is not None:
        query = query.where(NoticeRow.told.in_(told))
    if unread is not None:
        read = NoticeRow.acknowledged_at
        query = query.where(read.is_(None) if unread else read.is_not(None))
    if after is not None:
        query = query.where(NoticeRow.id < after)
    return (await tx.scalars(query)).all()
