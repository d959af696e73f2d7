"""Hand-overs of panels, and the work that they move."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, Uuid, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from services.coordination.store.obligations import ObligationRow
from services.coordination.store.work_owners import BEHIND
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.kit.problems import NotFound


class HandOverRow(OfOrganization, Row):
    """What changed hands in one act, and what was refused; never changed."""

    __tablename__ = "hand_overs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    from_owner: Mapped[str] = mapped_column(Text)
    to_owner: Mapped[str | None] = mapped_column(Text)
    to_team: Mapped[str | None] = mapped_column(Text)
    to_name: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    patients: Mapped[int]
    memberships: Mapped[int] = mapped_column(server_default="0")
    work_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    refused: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    handed_by: Mapped[str] = mapped_column(Text)
    handed_at: Mapped[datetime] = mapped_column(INSTANT)

    __table_args__ = (Index("ix_hand_overs_listed", "organization_id", "id"),)


async def held(tx: Session, owner: str, *, most: int, lock: bool = False) -> Sequence[ObligationRow]:
    """Open work of a person in the order of the list, at most ``most`` of it.

    With ``lock`` for a change: what is behind it is locked first, as by everybody who works on that; work that came or
    went meanwhile is not in it.
    """
    row = ObligationRow
    theirs = select(row).where(row.organization_id == organization(tx), row.owner == owner, row.closed_at.is_(None))
    found = (await tx.scalars(theirs.order_by(row.rank_key, row.id).limit(most))).all()
    if not lock:
        return found
    for source, behind in BEHIND.items():
        ids = [each.source_id for each in found if each.source == source]
        await tx.execute(
            select(behind.id).where(behind.id.in_(ids)).order_by(behind.id).with_for_update(key_share=True)
        )
    seen = [each.id for each in found]
    again = theirs.where(row.id.in_(seen)).order_by(row.id).with_for_update()
    locked = {each.id: each for each in await tx.scalars(again.execution_options(populate_existing=True))}
    return [locked[work_id] for work_id in seen if work_id in locked]


async def give(tx: Session, work: Sequence[ObligationRow], owner: str | None, team: str | None, now: datetime) -> None:
    """Give locked work to a person or a pool, and the needs and referrals behind it with it."""
    row = ObligationRow
    whose = {"owner": owner} | ({} if team is None else {"team": team})
    ids = [each.id for each in work]
    changed = {**whose, "version": row.version + 1, "updated_at": now}
    quietly = {"synchronize_session": False}
    await tx.execute(update(row).where(row.id.in_(ids)).values(changed).execution_options(**quietly))
    for source, behind in BEHIND.items():
        sources = [each.source_id for each in work if each.source == source]
        held_by = update(behind).where(behind.id.in_(sources)).values(whose)
        await tx.execute(held_by.execution_options(**quietly))


async def get(tx: Session, hand_over_id: UUID) -> HandOverRow:
    """One hand-over.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await tx.scalar(
        select(HandOverRow).where(HandOverRow.organization_id == organization(tx), HandOverRow.id == hand_over_id)
    )
    if row is None:
        raise NotFound("hand-over")
    return row


async def page(tx: Session, *, person: str | None, after: UUID | None, limit: int) -> Sequence[HandOverRow]:
    """Hand-overs, oldest first, past ``after``; with ``person`` those from or to them."""
    row = HandOverRow
    query = select(row).where(row.organization_id == organization(tx))
    if person is not None:
        query = query.where((row.from_owner == person) | (row.to_owner == person))
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()
