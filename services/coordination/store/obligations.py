"""Obligations: one row per piece of work that somebody owes a patient, in the order of the worklist.

The order is a column (:func:`~services.coordination.domain.worklist.rank_key`) that no clock moves, and the
partial indexes begin with the organization, so that a page is one index scan in spite of row-level security.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, Text, UniqueConstraint, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.worklist import rank_key
from services.coordination.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.ids import new_id
from shared.kit.problems import NotFound
from shared.vocabulary import Priority

_OPEN = text("closed_at IS NULL")


class ObligationRow(OfOrganization, Changing, Row):
    """``stage`` is the step of the source that waits; a source has at most one row per step."""

    __tablename__ = "obligations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[UUID]
    stage: Mapped[str] = mapped_column(Text)
    patient_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    rank_key: Mapped[datetime] = mapped_column(INSTANT)
    owner: Mapped[str | None] = mapped_column(Text)
    team: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)

    __table_args__ = (
        UniqueConstraint("organization_id", "source_id", "stage", "source"),
        Index("ix_obligations_team", "organization_id", "team", "rank_key", "id", postgresql_where=_OPEN),
        Index("ix_obligations_owner", "organization_id", "owner", "rank_key", "id", postgresql_where=_OPEN),
        Index("ix_obligations_rank", "organization_id", "rank_key", "id", postgresql_where=_OPEN),
        Index("ix_obligations_patient", "organization_id", "patient_id", "rank_key", "id", postgresql_where=_OPEN),
    )


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What to show of the worklist; None shows all. ``due_before`` leaves undated work out."""

    owner: str | None = None
    unclaimed: bool = False
    team: str | None = None
    source: str | None = None
    stage: str | None = None
    title: str | None = None
    patient_id: UUID | None = None
    priority: str | None = None
    due_before: datetime | None = None


async def put(
    tx: Session,
    *,
    source: Literal["need", "referral", "contact", "stay"],
    source_id: UUID,
    stage: str,
    patient_id: UUID,
    due_at: datetime | None,
    priority: Priority,
    owner: str | None,
    team: str | None,
    title: str,
    now: datetime,
) -> None:
    """Open an obligation, or bring the open or closed one of the same source and stage up to date.

    An ``owner`` or ``team`` of None leaves whoever has claimed the work.
    """
    facts = {
        "patient_id": patient_id,
        "title": title,
        "priority": str(priority),
        "due_at": due_at,
        "rank_key": rank_key(due_at, priority),
        "updated_at": now,
        "closed_at": None,
    }
    key = {"organization_id": organization(tx), "source": source, "source_id": source_id, "stage": stage}
    new = insert(ObligationRow).values(id=new_id(), owner=owner, team=team, version=1, created_at=now, **key, **facts)
    kept: dict[str, Any] = {
        "owner": func.coalesce(new.excluded.owner, ObligationRow.owner),
        "team": func.coalesce(new.excluded.team, ObligationRow.team),
        "version": ObligationRow.version + 1,
    }
    await tx.execute(new.on_conflict_do_update(index_elements=list(key), set_={**facts, **kept}))


async def close(
    tx: Session,
    *,
    source: Literal["need", "referral", "contact", "stay"],
    source_id: UUID,
    stage: str | None,
    now: datetime,
) -> None:
    """Close the open obligations of a source: of one stage, or with None of all."""
    of_source = [
        ObligationRow.organization_id == organization(tx),
        ObligationRow.source_id == source_id,
        ObligationRow.source == source,
        ObligationRow.closed_at.is_(None),
    ]
    if stage is not None:
        of_source.append(ObligationRow.stage == stage)
    changed = {"closed_at": now, "updated_at": now, "version": ObligationRow.version + 1}
    await tx.execute(
        update(ObligationRow).where(*of_source).values(changed).execution_options(synchronize_session=False)
    )


async def page(
    tx: Session, wanted: WorkFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[ObligationRow]:
    """Open obligations by rank, ``limit`` of them, past the row of ``after``."""
    return (await tx.scalars(page_query(tx, wanted, after=after, limit=limit))).all()


def page_query(
    tx: Session, wanted: WorkFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Select[ObligationRow]:
    """The statement of :func:`page`, which a test and the benchmark explain."""
    query = select(ObligationRow).where(*_conditions(tx, wanted))
    if after is not None:
        query = query.where(tuple_(ObligationRow.rank_key, ObligationRow.id) > after)
    return query.order_by(ObligationRow.rank_key, ObligationRow.id).limit(limit)


def _conditions(tx: Session, wanted: WorkFilter) -> list[ColumnElement[bool]]:
    # The organization is named although row security demands it: only so does the index begin with it.
    found = [ObligationRow.organization_id == organization(tx), ObligationRow.closed_at.is_(None)]
    for name in ("owner", "team", "source", "stage", "title", "patient_id", "priority"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(getattr(ObligationRow, name) == value)
    if wanted.unclaimed:
        found.append(ObligationRow.owner.is_(None))
    if wanted.due_before is not None:
        found.append(ObligationRow.due_at < wanted.due_before)
    return found


async def get_for_update(tx: Session, obligation_id: UUID) -> ObligationRow:
    """One obligation, locked.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(ObligationRow).where(
        ObligationRow.organization_id == organization(tx), ObligationRow.id == obligation_id
    )
    row = await tx.scalar(query.with_for_update())
    if row is None:
        raise NotFound("piece of work")
    return row
