"""Teams: who shares a pool of work."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, UniqueConstraint, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound


class TeamRow(OfOrganization, Changing, Row):
    """``key`` is what work names as its team; ``members`` are subjects of tokens."""

    __tablename__ = "teams"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    members: Mapped[list[str]] = mapped_column(ARRAY(Text))

    __table_args__ = (UniqueConstraint("organization_id", "key"),)


async def get(tx: Session, team_id: UUID, *, lock: bool = False) -> TeamRow:
    """One team, with ``lock`` for a change.

    Raises:
        NotFound: there is none in this organization.
    """
    query: Any = select(TeamRow).where(TeamRow.organization_id == organization(tx), TeamRow.id == team_id)
    row: TeamRow | None = await tx.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("team")
    return row


async def by_key(tx: Session, key: str) -> TeamRow | None:
    """The team that work names, if it is registered."""
    return await tx.scalar(select(TeamRow).where(TeamRow.organization_id == organization(tx), TeamRow.key == key))


async def by_keys(tx: Session, keys: Collection[str]) -> Sequence[TeamRow]:
    """The registered ones among these."""
    found = select(TeamRow).where(TeamRow.organization_id == organization(tx), TeamRow.key.in_(keys))
    return (await tx.scalars(found.order_by(TeamRow.key))).all()


async def keys_of(tx: Session, subject: str) -> tuple[str, ...]:
    """The teams somebody is a member of."""
    mine = select(TeamRow.key).where(
        TeamRow.organization_id == organization(tx), literal(subject) == func.any(TeamRow.members)
    )
    return tuple((await tx.scalars(mine.order_by(TeamRow.key))).all())


async def page(tx: Session, *, member: str | None, after: str | None, limit: int) -> Sequence[TeamRow]:
    """Teams by key, past ``after``."""
    query = select(TeamRow).where(TeamRow.organization_id == organization(tx))
    if member is not None:
        query = query.where(literal(member) == func.any(TeamRow.members))
    if after is not None:
        query = query.where(TeamRow.key > after)
    return (await tx.scalars(query.order_by(TeamRow.key).limit(limit))).all()
