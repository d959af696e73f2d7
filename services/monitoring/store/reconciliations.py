"""Reconciliations of medicines: what was compared and found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session


class ReconciliationRow(OfOrganization, Row):
    """One reconciliation; it is not changed afterwards."""

    __tablename__ = "reconciliations"
    __table_args__ = (Index("ix_reconciliations_plan_id", "plan_id", "id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    at: Mapped[datetime] = mapped_column(INSTANT)
    by: Mapped[str] = mapped_column(Text)
    sources: Mapped[list[str]] = mapped_column(JSONB)
    decisions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


async def of_plan(tx: Session, plan_id: UUID) -> Sequence[ReconciliationRow]:
    """A plan's reconciliations, newest first."""
    query = select(ReconciliationRow).where(ReconciliationRow.plan_id == plan_id)
    return (await tx.scalars(query.order_by(ReconciliationRow.id.desc()).limit(200))).all()
