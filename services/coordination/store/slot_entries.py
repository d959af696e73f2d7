"""Slots as others find them: by their own names, their calendar, their start."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from services.coordination.domain.external_identifiers import Named
from services.coordination.store.external_identifiers import having
from services.coordination.store.slots import SlotRow
from shared.db.base import Session, organization
from shared.db.filters import between
from shared.kit.problems import NotFound
from shared.kit.searches import CalendarSearch
from shared.vocabulary import SlotState


async def get(tx: Session, slot_id: UUID) -> SlotRow:
    """One slot; raises NotFound."""
    query = select(SlotRow).where(SlotRow.organization_id == organization(tx), SlotRow.id == slot_id)
    row: SlotRow | None = await tx.scalar(query)
    if row is None:
        raise NotFound("slot")
    return row


async def free_place(tx: Session, specialist_id: UUID, starts_at: datetime, modality: str, site_id: UUID | None) -> int:
    """The next number of a place at this time; the specialist's row is locked by whoever asks."""
    query = select(func.coalesce(func.max(SlotRow.place), 0)).where(
        SlotRow.organization_id == organization(tx),
        SlotRow.specialist_id == specialist_id,
        SlotRow.starts_at == starts_at,
        SlotRow.modality == modality,
        SlotRow.site_id.is_not_distinct_from(site_id),
    )
    last: int = await tx.scalar(query) or 0
    return last + 1


async def page(
    tx: Session, asked: CalendarSearch, *, after: UUID | None, limit: int, now: datetime
) -> Sequence[SlotRow]:
    """Slots that fit, by id."""
    row = SlotRow
    query = select(row).where(
        row.organization_id == organization(tx),
        *between(row.updated_at, asked.changed),
        *between(row.starts_at, asked.starts),
    )
    if asked.ids is not None:
        query = query.where(row.id.in_(asked.ids))
    if asked.identifiers is not None:
        query = query.where(row.id.in_(having(tx, Named.SLOT, asked.identifiers)))
    if asked.schedules is not None:
        query = query.where(row.schedule_id.in_(asked.schedules))
    if asked.states is not None:
        query = query.where(or_(False, *(_is(state, now) for state in asked.states)))
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()


def _is(state: SlotState, now: datetime) -> ColumnElement[bool]:
    held = SlotRow.held_until.is_not(None) & (SlotRow.held_until > now)
    if state is SlotState.BOOKED:
        return SlotRow.booked_at.is_not(None)
    return SlotRow.booked_at.is_(None) & (held if state is SlotState.HELD else ~held)
