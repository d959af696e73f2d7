"""Values that are still expected after a low one: what time alone will decide."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.db.job_failures import left_alone


class RecheckRow(OfOrganization, Row):
    """At ``due_at`` the readings of ``metric`` from ``at`` on have to be looked at again."""

    __tablename__ = "rechecks"
    __table_args__ = (
        PrimaryKeyConstraint("enrollment_id", "rule", "metric", "at"),
        Index("ix_rechecks_due_at", "organization_id", "due_at"),
    )

    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    rule: Mapped[str] = mapped_column(Text)
    metric: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(INSTANT)
    due_at: Mapped[datetime] = mapped_column(INSTANT)


class Expected(NamedTuple):
    """One recheck to be kept."""

    enrollment_id: UUID
    patient_id: UUID
    rule: str
    metric: str
    at: datetime
    due_at: datetime


_EXPECT = (
    "INSERT INTO rechecks (organization_id, enrollment_id, patient_id, rule, metric, at, due_at)"
    " SELECT $1::uuid, * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[],"
    " $7::timestamptz[]) ON CONFLICT (enrollment_id, rule, metric, at) DO UPDATE SET due_at = excluded.due_at"
)


async def expect(tx: Session, expected: Sequence[Expected]) -> None:
    """Keep rechecks; one that is known moves to its newer due instant."""
    if not expected:
        return
    unique = {(each.enrollment_id, each.rule, each.metric, each.at): each for each in expected}
    arrays = [list(column) for column in zip(*unique.values(), strict=True)]
    await wire.fetch(tx, _EXPECT, organization(tx), *arrays)


async def patients_due(tx: Session, job: str, now: datetime, *, limit: int) -> Sequence[UUID]:
    """Patients with a recheck that is due, without those on whom the job failed just now."""
    query = select(RecheckRow.patient_id).where(RecheckRow.due_at <= now).distinct()
    query = query.where(~left_alone(job, RecheckRow.patient_id, now))
    return (await tx.scalars(query.order_by(RecheckRow.patient_id).limit(limit))).all()


async def take_due(tx: Session, patient_ids: Sequence[UUID], now: datetime) -> Sequence[Expected]:
    """Take away what is due for patients whose rows are locked already, so that each is taken once."""
    taken = await tx.execute(
        delete(RecheckRow)
        .where(RecheckRow.patient_id.in_(patient_ids), RecheckRow.due_at <= now)
        .returning(*(getattr(RecheckRow, name) for name in Expected._fields))
        .execution_options(synchronize_session=False)
    )
    return [Expected(*row) for row in taken]
