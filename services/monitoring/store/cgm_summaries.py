"""Whose sensor data are summed up each day, and until when they were seen."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from services.monitoring.store.reading_packs import readings_where
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.db.job_failures import left_alone


class CgmSummaryRow(OfOrganization, Row):
    """One patient; ``begun_at`` is when their data were first to be summed up, ``seen_at`` when they were last."""

    __tablename__ = "cgm_summaries"
    __table_args__ = (Index("ix_cgm_summaries_due_at", "organization_id", "due_at"),)

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    begun_at: Mapped[datetime] = mapped_column(INSTANT)
    seen_at: Mapped[datetime | None] = mapped_column(INSTANT)


_EXPECT = (
    "INSERT INTO cgm_summaries (patient_id, organization_id, due_at, begun_at)"
    " VALUES ($1::uuid, $2::uuid, $3::timestamptz, $3::timestamptz)"
    " ON CONFLICT DO NOTHING"
)


async def expect(tx: Session, patient_id: UUID, now: datetime) -> None:
    """Sum up this patient's data from now on; nothing changes where that is so already."""
    await wire.fetch(tx, _EXPECT, patient_id, organization(tx), now)


async def due(tx: Session, job: str, now: datetime, *, limit: int) -> Sequence[UUID]:
    """Patients to be looked at, the longest waiting first, without those on whom the job failed just now."""
    row = CgmSummaryRow
    query = select(row.patient_id).where(row.organization_id == organization(tx), row.due_at <= now)
    query = query.where(~left_alone(job, row.patient_id, now))
    return (await tx.scalars(query.order_by(row.due_at, row.patient_id).limit(limit))).all()


async def get_for_update(tx: Session, patient_id: UUID) -> CgmSummaryRow | None:
    """The row of a patient, locked."""
    return await tx.get(CgmSummaryRow, patient_id, with_for_update=True, populate_existing=True)


_CHANGED = (
    "SELECT min(r.observed_at) FROM "
    + readings_where("x.patient_id = $1::uuid AND x.metric = ANY($2::text[])", "$3::timestamptz", "$4::timestamptz")
    + " r WHERE r.received_at >= $5::timestamptz AND r.source <> $6::text"
)


async def changed_from(
    tx: Session,
    patient_id: UUID,
    metrics: Iterable[str],
    start: datetime,
    stop: datetime,
    *,
    since: datetime,
    but: str,
) -> datetime | None:
    """When the earliest reading was measured that came, was corrected or voided ``since``; not those of one source."""
    rows = await wire.fetch(tx, _CHANGED, patient_id, list(metrics), start, stop, since, but)
    found: datetime | None = rows[0][0]
    return found
