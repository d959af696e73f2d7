"""Slots and their holds. A hold lives on the slot's row, so that the row lock decides every race (L7)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint, func, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB, distinct_on, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from services.coordination.store.schedules import ScheduleRow
from services.coordination.store.specialists import SpecialistRow
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound
from shared.vocabulary import SlotState


class SlotRow(OfOrganization, Changing, Row):
    """One place for one patient. ``held_until`` past ``now`` holds it for ``referral_id``; ``booked_at`` books it."""

    __tablename__ = "slots"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    specialist_id: Mapped[UUID] = mapped_column(ForeignKey("specialists.id"))
    starts_at: Mapped[datetime] = mapped_column(INSTANT)
    ends_at: Mapped[datetime] = mapped_column(INSTANT)
    modality: Mapped[str] = mapped_column(Text)
    site_id: Mapped[UUID | None]
    place: Mapped[int]
    referral_id: Mapped[UUID | None]
    held_until: Mapped[datetime | None] = mapped_column(INSTANT)
    booked_at: Mapped[datetime | None] = mapped_column(INSTANT)
    schedule_id: Mapped[UUID | None] = mapped_column(ForeignKey(ScheduleRow.id))
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)

    __table_args__ = (
        UniqueConstraint(
            "organization_id",
            "specialist_id",
            "starts_at",
            "modality",
            "site_id",
            "place",
            name="uq_slots_place",
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "ix_slots_open",
            "organization_id",
            "specialist_id",
            "starts_at",
            "id",
            postgresql_where=text("booked_at IS NULL"),
        ),
        Index("ix_slots_listed", "organization_id", "id"),
        Index("ix_slots_referral", "referral_id", postgresql_where=text("referral_id IS NOT NULL")),
    )

    def state(self, now: datetime) -> SlotState:
        """Open, held or booked at ``now``; a hold that is over leaves the slot open."""
        if self.booked_at is not None:
            return SlotState.BOOKED
        return SlotState.HELD if self.held_until is not None and self.held_until > now else SlotState.OPEN


def _open(tx: Session, now: datetime) -> list[ColumnElement[bool]]:
    return [
        SlotRow.organization_id == organization(tx),
        SlotRow.booked_at.is_(None),
        SlotRow.starts_at > now,
        or_(SlotRow.held_until.is_(None), SlotRow.held_until <= now),
    ]


async def add(tx: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Publish slots; one that is there already stays as it is. Returns how many are new."""
    values = [{"organization_id": organization(tx), "version": 1, **row} for row in rows]
    added = insert(SlotRow).on_conflict_do_nothing().returning(SlotRow.id)
    return len((await tx.execute(added, values)).all())


async def page(
    tx: Session,
    specialist_id: UUID,
    *,
    since: datetime,
    until: datetime | None,
    only_open: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
    now: datetime,
) -> Sequence[SlotRow]:
    """A specialist's slots from ``since`` on by start, past the row of ``after``."""
    query = select(SlotRow).where(
        SlotRow.organization_id == organization(tx),
        SlotRow.specialist_id == specialist_id,
        SlotRow.starts_at >= since,
    )
    if only_open:
        query = query.where(*_open(tx, now))
    if until is not None:
        query = query.where(SlotRow.starts_at < until)
    if after is not None:
        query = query.where(tuple_(SlotRow.starts_at, SlotRow.id) > after)
    return (await tx.scalars(query.order_by(SlotRow.starts_at, SlotRow.id).limit(limit))).all()


async def first_open(tx: Session, ids: Iterable[UUID], now: datetime) -> dict[UUID, list[Any]]:
    """Per specialist the earliest open slot of each modality and site, all that matching compares."""
    which = (SlotRow.specialist_id, SlotRow.modality, SlotRow.site_id)
    columns = select(*which, SlotRow.starts_at, SlotRow.id).ext(distinct_on(*which))
    query = columns.where(*_open(tx, now), SlotRow.specialist_id.in_(list(ids)))
    found: dict[UUID, list[Any]] = {}
    for row in await tx.execute(query.order_by(*which, SlotRow.starts_at, SlotRow.id)):
        found.setdefault(row.specialist_id, []).append(row)
    return found


async def soonest(tx: Session, specialties: Sequence[str], now: datetime, *, each: int) -> dict[UUID, list[Any]]:
    """Of every specialist of some specialties the soonest open slots, at most ``each``."""
    place = func.row_number().over(partition_by=SlotRow.specialist_id, order_by=(SlotRow.starts_at, SlotRow.id))
    columns = (SlotRow.specialist_id, SlotRow.id, SlotRow.starts_at, SlotRow.modality, SlotRow.site_id)
    whose = SpecialistRow.specialty.in_(specialties) & (SpecialistRow.id == SlotRow.specialist_id)
    query = select(*columns, place.label("place")).join(SpecialistRow, whose).where(*_open(tx, now))
    ranked = query.subquery()
    found: dict[UUID, list[Any]] = {}
    for row in await tx.execute(select(ranked).where(ranked.c.place <= each).order_by(ranked.c.place)):
        found.setdefault(row.specialist_id, []).append(row)
    return found


async def lock(tx: Session, slot_id: UUID) -> SlotRow:
    """One slot, locked.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(SlotRow).where(SlotRow.organization_id == organization(tx), SlotRow.id == slot_id)
    row = await tx.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound("slot")
    return row


async def lock_earliest(tx: Session, specialist_id: UUID, now: datetime) -> SlotRow | None:
    """The specialist's first open slot that no other transaction is taking, locked; None when there is none."""
    query = select(SlotRow).where(*_open(tx, now), SlotRow.specialist_id == specialist_id)
    query = query.order_by(SlotRow.starts_at, SlotRow.id).limit(1).with_for_update(skip_locked=True)
    return await tx.scalar(query.execution_options(populate_existing=True))


async def lock_open(tx: Session, slot_id: UUID, now: datetime) -> SlotRow | None:
    """One slot, locked; None when it is not open any more, or another transaction is taking it."""
    query = select(SlotRow).where(*_open(tx, now), SlotRow.id == slot_id).with_for_update(skip_locked=True)
    return await tx.scalar(query.execution_options(populate_existing=True))


async def of_referral(tx: Session, referral_id: UUID) -> Sequence[SlotRow]:
    """The slots a referral holds or has booked, earliest first."""
    query = select(SlotRow).where(SlotRow.organization_id == organization(tx), SlotRow.referral_id == referral_id)
    return (await tx.scalars(query.order_by(SlotRow.starts_at))).all()
