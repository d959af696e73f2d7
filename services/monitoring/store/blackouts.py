"""Device clouds that went dark: one finding for all whose readings come through them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, Text, Uuid, select, text
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from services.monitoring.store.reading_packs import readings_where
from shared.db.base import INSTANT, OfOrganization, Session


class BlackoutRow(OfOrganization, Row):
    """``began_at`` is when the last reading through the cloud came; ``patients`` how many were looked at and dark."""

    __tablename__ = "blackouts"
    __table_args__ = (
        Index("uq_blackouts_open", "organization_id", "cloud", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    cloud: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime] = mapped_column(INSTANT)
    found_at: Mapped[datetime] = mapped_column(INSTANT)
    patients: Mapped[int]
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


async def page(tx: Session, *, live: bool, after: UUID | None, limit: int) -> Sequence[BlackoutRow]:
    """Blackouts, newest first."""
    query = select(BlackoutRow).order_by(BlackoutRow.id.desc()).limit(limit)
    if live:
        query = query.where(BlackoutRow.ended_at.is_(None))
    if after is not None:
        query = query.where(BlackoutRow.id < after)
    return (await tx.scalars(query)).all()


async def open_of(tx: Session, clouds: Iterable[str]) -> dict[str, BlackoutRow]:
    """By device cloud the blackout that lasts."""
    query = select(BlackoutRow).where(BlackoutRow.cloud.in_(list(clouds)), BlackoutRow.ended_at.is_(None))
    return {row.cloud: row for row in await tx.scalars(query)}


_END = "UPDATE blackouts SET ended_at = $2::timestamptz WHERE id = ANY($1::uuid[]) AND ended_at IS NULL"


async def end(tx: Session, blackout_ids: Iterable[UUID], now: datetime) -> None:
    """Readings come through the cloud again."""
    await wire.fetch(tx, _END, list(blackout_ids), now)


async def one_at_a_time(tx: Session, cloud: str) -> None:
    """Wait for another worker that is about to judge the same device cloud."""
    await wire.fetch(tx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", f"blackout:{cloud}")


_OF = "x.patient_id = due.patient_id AND x.metric = m.metric"
# A sample is enough: a cloud is dark as a whole or it is not.
_LATELY = (
    "SELECT seen.received_at FROM (SELECT e.patient_id, e.metrics FROM expectations e"
    " WHERE e.cloud = $1 AND e.key = $2 AND e.alert_id IS NULL LIMIT 200) due"
    " CROSS JOIN LATERAL (SELECT max(n.received_at) AS received_at FROM unnest(due.metrics) AS m (metric)"
    " CROSS JOIN LATERAL (SELECT r.received_at"
    f" FROM {readings_where(_OF, '$3::timestamptz', '$4::timestamptz')} r WHERE r.observed_at < $4::timestamptz"
    " AND r.received_at <= $5::timestamptz AND r.status <> 'entered-in-error'"
    " ORDER BY r.observed_at DESC LIMIT 1) n) seen"
)


async def heard(tx: Session, cloud: str, key: str, now: datetime, *, back: timedelta) -> list[datetime | None]:
    """Of up to 200 patients of whom the same is expected through a cloud: when each was last heard of."""
    ahead = now + timedelta(days=1)
    return [row[0] for row in await wire.fetch(tx, _LATELY, cloud, key, now - back, ahead, now)]
