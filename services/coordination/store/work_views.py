"""Saved views of the worklist."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Text, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound


class WorkViewRow(OfOrganization, Changing, Row):
    """A name for a set of filters; private, or shared with a team."""

    __tablename__ = "work_views"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    team: Mapped[str | None] = mapped_column(Text)
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    removed_at: Mapped[datetime | None] = mapped_column(INSTANT)

    __table_args__ = (Index("ix_work_views_owner", "organization_id", "owner"),)


async def get(tx: Session, view_id: UUID, *, person: str, teams: Sequence[str], lock: bool = False) -> WorkViewRow:
    """One view that is the person's own or shared with one of their teams.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query: Any = select(WorkViewRow).where(WorkViewRow.id == view_id, *_seen(tx, person, teams))
    row: WorkViewRow | None = await tx.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("view")
    return row


async def page(
    tx: Session, *, person: str, teams: Sequence[str], after: UUID | None, limit: int
) -> Sequence[WorkViewRow]:
    """The views somebody can use, in the order they were saved."""
    query = select(WorkViewRow).where(*_seen(tx, person, teams))
    if after is not None:
        query = query.where(WorkViewRow.id > after)
    return (await tx.scalars(query.order_by(WorkViewRow.id).limit(limit))).all()


def _seen(tx: Session, person: str, teams: Sequence[str]) -> list[ColumnElement[bool]]:
    shared = or_(WorkViewRow.owner == person, WorkViewRow.team.in_(list(teams)))
    return [WorkViewRow.organization_id == organization(tx), WorkViewRow.removed_at.is_(None), shared]
