"""Proposed assignments of whole panels, and what became of each need in them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric, PrimaryKeyConstraint, Text, Uuid, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from services.coordination.store.needs import NeedRow
from services.coordination.store.referrals import ReferralRow
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound
from shared.vocabulary import AssignmentState, NeedState


class AssignmentRow(OfOrganization, Changing, Row):
    """A proposal: what was asked for, and what both choices come to."""

    __tablename__ = "assignments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    proposed_by: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(INSTANT)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    passed_over: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    solver: Mapped[dict[str, Any]] = mapped_column(JSONB)
    greedy: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AssignmentItemRow(OfOrganization, Row):
    """One need of a proposal. ``greedy`` is the place it would get down the worklist, as a document."""

    __tablename__ = "assignment_items"

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    state: Mapped[str] = mapped_column(Text)
    specialist_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialists.id"))
    slot_id: Mapped[UUID | None] = mapped_column(ForeignKey("slots.id"))
    starts_at: Mapped[datetime | None] = mapped_column(INSTANT)
    patient_cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    late_minutes: Mapped[int | None]
    greedy: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    why_not: Mapped[str | None] = mapped_column(Text)
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"))
    code: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (PrimaryKeyConstraint("assignment_id", "need_id"),)


async def needs_to_place(
    tx: Session,
    *,
    ids: Sequence[UUID] | None,
    kinds: Sequence[str],
    owner: str | None,
    team: str | None,
    priority: str | None,
    due_before: datetime | None,
    limit: int,
) -> Sequence[NeedRow]:
    """Open needs that nothing was arranged for and that have no live referral, the earliest due first."""
    live = select(ReferralRow.id).where(
        ReferralRow.organization_id == NeedRow.organization_id, ReferralRow.need_id == NeedRow.id, ReferralRow.live
    )
    query = select(NeedRow).where(
        NeedRow.organization_id == organization(tx),
        NeedRow.closed_at.is_(None),
        NeedRow.state == NeedState.IDENTIFIED,
        NeedRow.kind.in_(kinds),
        ~live.exists(),
    )
    if ids is not None:
        query = query.where(NeedRow.id.in_(ids))
    for column, value in ((NeedRow.owner, owner), (NeedRow.team, team), (NeedRow.priority, priority)):
        if value is not None:
            query = query.where(column == value)
    if due_before is not None:
        query = query.where(NeedRow.due_at < due_before)
    return (await tx.scalars(query.order_by(NeedRow.due_at, NeedRow.id).limit(limit))).all()


async def add(tx: Session, row: AssignmentRow, items: Sequence[dict[str, Any]]) -> None:
    """Keep a proposal."""
    tx.add(row)
    await tx.flush()
    if items:
        await tx.execute(insert(AssignmentItemRow), list(items))


async def get(tx: Session, assignment_id: UUID, *, lock: bool = False) -> AssignmentRow:
    """One proposal.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(AssignmentRow).where(
        AssignmentRow.organization_id == organization(tx), AssignmentRow.id == assignment_id
    )
    row = await tx.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("assignment")
    return row


async def items(tx: Session, assignment_id: UUID, *, after: UUID | None, limit: int) -> Sequence[AssignmentItemRow]:
    """The needs of a proposal by id."""
    query = _items(tx, assignment_id)
    if after is not None:
        query = query.where(AssignmentItemRow.need_id > after)
    return (await tx.scalars(query.order_by(AssignmentItemRow.need_id).limit(limit))).all()


async def chosen(
    tx: Session, assignment_id: UUID, need_ids: Sequence[UUID] | None, *, limit: int
) -> Sequence[AssignmentItemRow]:
    """The needs that were named, or the next ones that have a place and are not referred yet."""
    query = _items(tx, assignment_id)
    if need_ids is None:
        query = query.where(AssignmentItemRow.state == AssignmentState.PROPOSED)
    else:
        query = query.where(AssignmentItemRow.need_id.in_(need_ids))
    return (await tx.scalars(query.order_by(AssignmentItemRow.need_id).limit(limit))).all()


def _items(tx: Session, assignment_id: UUID) -> Any:
    row = AssignmentItemRow
    return select(row).where(row.organization_id == organization(tx), row.assignment_id == assignment_id)


async def states(tx: Session, assignment_id: UUID) -> dict[str, int]:
    """How many needs of a proposal are in which state."""
    row = AssignmentItemRow
    query = select(row.state, func.count()).where(
        row.organization_id == organization(tx), row.assignment_id == assignment_id
    )
    return dict((await tx.execute(query.group_by(row.state))).all())
