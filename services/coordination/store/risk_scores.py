"""Readmission scores as they were calculated; a row is never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.db.filters import between
from shared.kit.problems import NotFound
from shared.kit.searches import Between


class RiskScoreRow(OfOrganization, Row):
    """One score with the inputs it was computed from."""

    __tablename__ = "risk_scores"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    stay_id: Mapped[UUID] = mapped_column(ForeignKey("stays.id"))
    algorithm: Mapped[str] = mapped_column(Text)
    least: Mapped[int]
    most: Mapped[int]
    band: Mapped[str | None] = mapped_column(Text)
    points: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    caveats: Mapped[list[str]] = mapped_column(JSONB)
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    source: Mapped[str] = mapped_column(Text)
    calculated_at: Mapped[datetime] = mapped_column(INSTANT)
    calculated_by: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("ix_risk_scores_stay", "stay_id", "id"),
        Index("ix_risk_scores_patient", "organization_id", "patient_id", "id"),
        Index("ix_risk_scores_listed", "organization_id", "id"),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which scores to list; None lists all."""

    ids: Sequence[UUID] | None = None
    patient_ids: Sequence[UUID] | None = None
    stay_ids: Sequence[UUID] | None = None
    algorithms: Sequence[str] | None = None
    calculated: Sequence[Between] = ()


async def get(tx: Session, score_id: UUID) -> RiskScoreRow:
    """One score; raises NotFound."""
    row = await tx.get(RiskScoreRow, score_id)
    if row is None:
        raise NotFound("risk score")
    return row


async def latest(tx: Session, stay_id: UUID) -> Sequence[RiskScoreRow]:
    """The newest score of each algorithm for a stay."""
    row = RiskScoreRow
    query = select(row).where(row.stay_id == stay_id).ext(distinct_on(row.algorithm))
    return (await tx.scalars(query.order_by(row.algorithm, row.id.desc()))).all()


async def page(tx: Session, wanted: Wanted, *, after: UUID | None, limit: int) -> Sequence[RiskScoreRow]:
    """Scores in the order they were calculated, past the row of ``after``."""
    row = RiskScoreRow
    query = select(row).where(row.organization_id == organization(tx))
    for column, values in (
        (row.id, wanted.ids),
        (row.patient_id, wanted.patient_ids),
        (row.stay_id, wanted.stay_ids),
        (row.algorithm, wanted.algorithms),
    ):
        if values is not None:
            query = query.where(column.in_(values))
    for span in wanted.calculated:
        query = query.where(*between(row.calculated_at, span))
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()
