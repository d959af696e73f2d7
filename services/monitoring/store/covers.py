"""Who covers for whom, as coordination tells it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, Uuid, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization


class CoverRow(OfOrganization, Changing, Row):
    """``person`` and ``covered_by`` are subjects of tokens; id and version are coordination's."""

    __tablename__ = "covers"
    __table_args__ = (
        Index("ix_covers_listed", "organization_id", "id"),
        Index("ix_covers_person", "organization_id", "person", "ends_at"),
        Index("ix_covers_cover", "organization_id", "covered_by", "ends_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person: Mapped[str] = mapped_column(Text)
    covered_by: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(INSTANT)
    ends_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


# One that was ended before it began never was; least() passes over null.
_ENDS: Any = func.least(CoverRow.ends_at, CoverRow.ended_at)


def _lasts(tx: Session, now: datetime) -> tuple[Any, ...]:
    row = CoverRow
    return row.organization_id == organization(tx), row.ends_at > now, row.starts_at <= now, now < _ENDS


async def find_for_update(tx: Session, absence_id: UUID) -> CoverRow | None:
    """The cover of an absence, locked, if it is known."""
    return await tx.get(CoverRow, absence_id, with_for_update=True)


async def covered(tx: Session, by: str, now: datetime) -> tuple[str, ...]:
    """For whom somebody covers at a moment."""
    query = select(CoverRow.person).where(CoverRow.covered_by == by, *_lasts(tx, now))
    return tuple((await tx.scalars(query.order_by(CoverRow.person))).all())


async def of(tx: Session, people: Iterable[str], now: datetime) -> dict[str, str]:
    """By person, of these people, who covers for them at a moment; whoever is not away is left out."""
    wanted = sorted(set(people))
    if not wanted:
        return {}
    query = select(CoverRow.person, CoverRow.covered_by).where(CoverRow.person.in_(wanted), *_lasts(tx, now))
    return {row.person: row.covered_by for row in await tx.execute(query.order_by(CoverRow.id.desc()))}


async def page(
    tx: Session, *, person: str | None, at: datetime | None, after: UUID | None, limit: int
) -> Sequence[CoverRow]:
    """Covers, oldest first; of a person who is away or covers, and at a moment."""
    query = select(CoverRow).where(CoverRow.organization_id == organization(tx))
    if person is not None:
        query = query.where(or_(CoverRow.person == person, CoverRow.covered_by == person))
    if at is not None:
        query = query.where(*_lasts(tx, at))
    if after is not None:
        query = query.where(CoverRow.id > after)
    return (await tx.scalars(query.order_by(CoverRow.id).limit(limit))).all()
