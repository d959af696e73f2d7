"""Needs that wait for a place with a specialist, in order: the more pressing first, then who came first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from services.coordination.store.slots import SlotRow
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.db.job_failures import left_alone
from shared.kit.problems import NotFound

# The words of the indexes: a state that is a parameter finds none of them, the plan being one for every value.
_WAITS = text("waitlist_entries.state = 'waiting'")
_OFFERED = text("waitlist_entries.state = 'offered'")
LIVE = text("waitlist_entries.state IN ('waiting', 'offered')")


class WaitlistRow(OfOrganization, Changing, Row):
    """One need on one specialist's list. ``turn`` is the priority's rank with the sign turned: the smaller, the sooner.

    An offer holds ``slot_id`` until ``offer_until`` by the slot's own ``held_until``.
    """

    __tablename__ = "waitlist_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    specialist_id: Mapped[UUID] = mapped_column(ForeignKey("specialists.id"))
    priority: Mapped[str] = mapped_column(Text)
    turn: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    joined_by: Mapped[str] = mapped_column(Text)
    slot_id: Mapped[UUID | None] = mapped_column(ForeignKey("slots.id"))
    slot_starts_at: Mapped[datetime | None] = mapped_column(INSTANT)
    offer_until: Mapped[datetime | None] = mapped_column(INSTANT)
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"))

    __table_args__ = (
        Index(
            "uq_waitlist_entries_live", "organization_id", "need_id", "specialist_id", unique=True,
            postgresql_where=LIVE,
        ),
        Index(
            "ix_waitlist_entries_queue", "organization_id", "specialist_id", "turn", "created_at", "id",
            postgresql_where=_WAITS,
        ),
        Index("ix_waitlist_entries_offers", "organization_id", "offer_until", postgresql_where=_OFFERED),
        Index("ix_waitlist_entries_patient", "organization_id", "patient_id", "id"),
        Index("ix_waitlist_entries_listed", "organization_id", "id"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitlistFilter:
    """Which entries to show; None shows all."""

    need_id: UUID | None = None
    specialist_id: UUID | None = None
    state: str | None = None


async def live_of(tx: Session, need_id: UUID, specialist_id: UUID) -> WaitlistRow | None:
    """The entry of a need on a specialist's list, while it is on it."""
    row = WaitlistRow
    mine = (row.organization_id == organization(tx)) & (row.need_id == need_id) & (row.specialist_id == specialist_id)
    return await tx.scalar(select(row).where(mine, LIVE))


async def lock(tx: Session, entry_id: UUID) -> WaitlistRow:
    """One entry, locked; raises NotFound."""
    query = select(WaitlistRow).where(WaitlistRow.organization_id == organization(tx), WaitlistRow.id == entry_id)
    row = await tx.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound("waitlist entry")
    return row


async def page(tx: Session, wanted: WaitlistFilter, *, after: UUID | None, limit: int) -> Sequence[WaitlistRow]:
    """Entries in the order in which they joined."""
    query = select(WaitlistRow).where(WaitlistRow.organization_id == organization(tx))
    for name in ("need_id", "specialist_id", "state"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(getattr(WaitlistRow, name) == value)
    if after is not None:
        query = query.where(WaitlistRow.id > after)
    return (await tx.scalars(query.order_by(WaitlistRow.id).limit(limit))).all()


async def positions(tx: Session, specialist_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The place of every waiting entry on these specialists' lists, from 1."""
    row = WaitlistRow
    place = func.row_number().over(partition_by=row.specialist_id, order_by=(row.turn, row.created_at, row.id))
    query = select(row.id, place).where(
        row.organization_id == organization(tx),
        row.specialist_id.in_(list(specialist_ids)),
        _WAITS,
    )
    return dict((await tx.execute(query)).all())


async def queue(tx: Session, specialist_id: UUID) -> Sequence[WaitlistRow]:
    """Who waits for a specialist, in order and locked; whom another transaction works on is left."""
    row = WaitlistRow
    query = select(row).where(row.organization_id == organization(tx), row.specialist_id == specialist_id, _WAITS)
    locked = query.order_by(row.turn, row.created_at, row.id).with_for_update(skip_locked=True)
    return (await tx.scalars(locked.execution_options(populate_existing=True))).all()


async def over(tx: Session, *, job: str, now: datetime) -> Sequence[UUID]:
    """Offers that nobody answered in time, without those on which the job just failed."""
    row = WaitlistRow
    query = select(row.id).where(
        row.organization_id == organization(tx),
        _OFFERED,
        row.offer_until <= now,
        ~left_alone(job, row.id, now),
    )
    return (await tx.scalars(query.order_by(row.offer_until, row.id))).all()


async def lock_over(tx: Session, entry_id: UUID, now: datetime) -> WaitlistRow | None:
    """One of them, locked, if it still is; None where somebody works on it."""
    row = WaitlistRow
    query = select(row).where(row.id == entry_id, _OFFERED, row.offer_until <= now)
    return await tx.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))


async def with_room(tx: Session, *, job: str, now: datetime) -> Sequence[UUID]:
    """The specialists for whom somebody waits and who have an open slot, without those on whom the job just failed."""
    slot, row = SlotRow, WaitlistRow
    open_ = select(slot.id).where(
        slot.organization_id == row.organization_id,
        slot.specialist_id == row.specialist_id,
        slot.booked_at.is_(None),
        slot.starts_at > now,
        func.coalesce(slot.held_until, now) <= now,
    )
    query = select(row.specialist_id).where(
        row.organization_id == organization(tx),
        _WAITS,
        open_.exists(),
        ~left_alone(job, row.specialist_id, now),
    )
    return (await tx.scalars(query.distinct().order_by(row.specialist_id))).all()
