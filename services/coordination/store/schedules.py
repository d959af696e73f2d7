"""Calendars of entries of the directory: what slots stand in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.external_identifiers import Named
from services.coordination.store.base import Row
from services.coordination.store.external_identifiers import having
from services.coordination.store.specialists import SpecialistRow
from shared.db.base import Changing, OfOrganization, Session, organization
from shared.db.filters import between
from shared.kit.ids import new_id
from shared.kit.problems import NotFound
from shared.kit.searches import CalendarSearch

Where = tuple[UUID | None, str]


class ScheduleRow(OfOrganization, Changing, Row):
    """A specialist's calendar, at one site where it says one. ``own``: made here, for slots told without one."""

    __tablename__ = "schedules"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    specialist_id: Mapped[UUID] = mapped_column(ForeignKey(SpecialistRow.id))
    site_id: Mapped[UUID | None]
    modality: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool]
    own: Mapped[bool]

    __table_args__ = (
        Index("ix_schedules_listed", "organization_id", "specialist_id", "id"),
        Index(
            "uq_schedules_own", "organization_id", "specialist_id", "site_id", "modality", unique=True,
            postgresql_where=text("own"), postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip


async def get(tx: Session, schedule_id: UUID, *, lock: bool = False) -> ScheduleRow:
    """One calendar; raises NotFound."""
    query = select(ScheduleRow).where(ScheduleRow.organization_id == organization(tx), ScheduleRow.id == schedule_id)
    row: ScheduleRow | None = await tx.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("schedule")
    return row


async def own(tx: Session, specialist_id: UUID, places: set[Where], now: datetime) -> dict[Where, UUID]:
    """The calendars of slots that were told without one, by site and modality; those that are missing are made."""
    row = ScheduleRow
    plain = {"organization_id": organization(tx), "specialist_id": specialist_id, "identifiers": [], "active": True}
    plain |= {"own": True, "version": 1, "created_at": now, "updated_at": now}
    values = [{**plain, "id": new_id(), "site_id": site, "modality": modality} for site, modality in places]
    await tx.execute(insert(row).on_conflict_do_nothing(), values)
    query = select(row.site_id, row.modality, row.id).where(
        row.organization_id == organization(tx), row.specialist_id == specialist_id, row.own
    )
    found = {(site, str(modality)): schedule for site, modality, schedule in await tx.execute(query)}
    return {place: found[place] for place in places}


async def page(tx: Session, asked: CalendarSearch, *, after: UUID | None, limit: int) -> Sequence[ScheduleRow]:
    """Calendars that fit, by id."""
    row = ScheduleRow
    query = select(row).where(row.organization_id == organization(tx), *between(row.updated_at, asked.changed))
    if asked.ids is not None:
        query = query.where(row.id.in_(asked.ids))
    if asked.identifiers is not None:
        query = query.where(row.id.in_(having(tx, Named.SCHEDULE, asked.identifiers)))
    if asked.actors is not None:
        query = query.where(or_(row.specialist_id.in_(asked.actors), row.site_id.in_(asked.actors)))
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()
