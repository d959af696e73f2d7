"""Absences and their cover."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound


class AbsenceRow(OfOrganization, Changing, Row):
    """``person`` and ``covered_by`` are subjects of tokens; ``ended_at`` is set where it ended before ``ends_at``."""

    __tablename__ = "absences"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(Text)
    covered_by: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(INSTANT)
    ends_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    note: Mapped[str | None] = mapped_column(Text)
    said_by: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("ix_absences_listed", "organization_id", "id"),
        Index("ix_absences_person", "organization_id", "person", "ends_at"),
        Index("ix_absences_cover", "organization_id", "covered_by", "ends_at"),
    )


# One that was ended before it began never was.
_ENDS: Any = func.least(AbsenceRow.ends_at, AbsenceRow.ended_at)


async def touching(tx: Session, people: Sequence[str], since: datetime) -> Sequence[AbsenceRow]:
    """Absences after ``since`` in which somebody of ``people`` is away or covers."""
    row = AbsenceRow
    whose = or_(row.person.in_(people), row.covered_by.in_(people))
    query = select(row).where(row.organization_id == organization(tx), whose, row.ends_at > since, since < _ENDS)
    return (await tx.scalars(query.order_by(row.starts_at, row.id))).all()


async def covered(tx: Session, by: str, now: datetime) -> tuple[str, ...]:
    """Whom somebody covers for at a moment."""
    row = AbsenceRow
    query = select(row.person).where(
        row.organization_id == organization(tx), row.covered_by == by, row.ends_at > now, row.starts_at <= now,
        now < _ENDS,
    )  # fmt: skip
    return tuple((await tx.scalars(query.order_by(row.person))).all())


async def get(tx: Session, absence_id: UUID, *, lock: bool = False) -> AbsenceRow:
    """One absence, with ``lock`` for a change.

    Raises:
        NotFound: there is none in this organization.
    """
    query: Any = select(AbsenceRow).where(AbsenceRow.organization_id == organization(tx), AbsenceRow.id == absence_id)
    row: AbsenceRow | None = await tx.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("absence")
    return row


async def page(
    tx: Session, *, person: str | None, at: datetime | None, after: UUID | None, limit: int
) -> Sequence[AbsenceRow]:
    """Absences, oldest first; of a person who is away or covers, and at a moment."""
    row = AbsenceRow
    query = select(row).where(row.organization_id == organization(tx))
    if person is not None:
        query = query.where(or_(row.person == person, row.covered_by == person))
    if at is not None:
        query = query.where(row.starts_at <= at, at < _ENDS)
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()
