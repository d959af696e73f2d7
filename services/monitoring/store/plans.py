"""Treatment plans: one at a time for a patient, as versions that are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Text, Uuid, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session
from shared.db.filters import between
from shared.kit.problems import NotFound
from shared.kit.searches import ALWAYS, Between
from shared.vocabulary import PlanEndReason


class PlanRow(OfOrganization, Changing, Row):
    """Whose plan it is; its ``version`` is the number of the current version.

    ``ended_at`` is as of when it is over; one that lasts has none, and a patient has one of those.
    """

    __tablename__ = "plans"
    __table_args__ = (
        Index("uq_plans_lasting", "patient_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_plans_patient_id", "patient_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_by: Mapped[str | None] = mapped_column(Text)
    end_reason: Mapped[str | None] = mapped_column(Text)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("plans.id"))
    replaced_by_id: Mapped[UUID | None] = mapped_column(Uuid)


class PlanVersionRow(OfOrganization, Row):
    """What the plan said from ``effective_at`` on."""

    __tablename__ = "plan_versions"
    __table_args__ = (PrimaryKeyConstraint("plan_id", "number"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    number: Mapped[int]
    effective_at: Mapped[datetime] = mapped_column(INSTANT)
    made_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    plan_change_id: Mapped[UUID | None] = mapped_column(Uuid)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What plans are found by; every part that is given must fit. ``changed``: when the current version was made.

    ``ends``: why it ended; None among them is a plan that lasts.
    """

    ids: Sequence[UUID] | None = None
    patient_ids: Sequence[UUID] | None = None
    changed: Between = ALWAYS
    ends: Sequence[PlanEndReason | None] | None = None


async def get(tx: Session, plan_id: UUID) -> PlanRow:
    """The plan; raises NotFound."""
    row = await tx.get(PlanRow, plan_id)
    if row is None:
        raise NotFound("plan")
    return row


async def of_patient(tx: Session, patient_id: UUID) -> PlanRow | None:
    """The patient's plan that lasts."""
    return await tx.scalar(select(PlanRow).where(PlanRow.patient_id == patient_id, PlanRow.ended_at.is_(None)))


async def version(tx: Session, plan_id: UUID, number: int) -> PlanVersionRow:
    """One version; raises NotFound."""
    row = await tx.get(PlanVersionRow, (plan_id, number))
    if row is None:
        raise NotFound("plan version")
    return row


async def as_of(tx: Session, plan_id: UUID, at: datetime) -> PlanVersionRow:
    """The version that held at an instant; raises NotFound before the first."""
    held = (PlanVersionRow.plan_id == plan_id, PlanVersionRow.effective_at <= at)
    row = await tx.scalar(select(PlanVersionRow).where(*held).order_by(PlanVersionRow.number.desc()).limit(1))
    if row is None:
        raise NotFound("plan version")
    return row


async def versions(tx: Session, plan_id: UUID) -> Sequence[PlanVersionRow]:
    """Every version, oldest first."""
    query = select(PlanVersionRow).where(PlanVersionRow.plan_id == plan_id)
    return (await tx.scalars(query.order_by(PlanVersionRow.number))).all()


async def page(tx: Session, wanted: Wanted, *, after: UUID | None, limit: int) -> Sequence[PlanRow]:
    """Plans by id."""
    query = select(PlanRow).where(*between(PlanRow.updated_at, wanted.changed)).order_by(PlanRow.id).limit(limit)
    for column, values in ((PlanRow.id, wanted.ids), (PlanRow.patient_id, wanted.patient_ids)):
        if values is not None:
            query = query.where(column.in_(values))
    if wanted.ends is not None:
        lasts = (PlanRow.ended_at.is_(None),) if None in wanted.ends else ()
        query = query.where(or_(PlanRow.end_reason.in_([each for each in wanted.ends if each is not None]), *lasts))
    if after is not None:
        query = query.where(PlanRow.id > after)
    return (await tx.scalars(query)).all()
