"""What a plan leaves open: changes that wait, and temporary doses that have yet to go back."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.monitoring.domain.plan_changes import OPEN
from services.monitoring.store.plan_changes import PlanChangeRow
from shared.db.base import Session


async def open_of_plan(tx: Session, plan_id: UUID) -> Sequence[PlanChangeRow]:
    """The changes of a plan that wait, oldest first."""
    query = (
        select(PlanChangeRow)
        .where(PlanChangeRow.plan_id == plan_id, PlanChangeRow.state.in_(sorted(OPEN)))
        .order_by(PlanChangeRow.id)
    )
    return (await tx.scalars(query.with_for_update())).all()


async def to_return(tx: Session, plan_id: UUID) -> Sequence[PlanChangeRow]:
    """The changes of a plan whose temporary dose has yet to go back."""
    waits = (PlanChangeRow.returns_at.is_not(None), PlanChangeRow.returned_at.is_(None))
    query = select(PlanChangeRow).where(PlanChangeRow.plan_id == plan_id, *waits)
    return (await tx.scalars(query.with_for_update())).all()
