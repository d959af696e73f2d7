"""Corrections and voids: what a reading was before stays in the record."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint, SmallInteger, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from services.monitoring.store.reading_packs import unpack
from services.monitoring.store.readings import New, Place
from shared.db.base import INSTANT, OfOrganization, Session


class ReadingVersionRow(OfOrganization, Row):
    """What a reading was before a correction or a void."""

    __tablename__ = "reading_versions"
    __table_args__ = (PrimaryKeyConstraint("patient_id", "metric", "observed_at", "source", "version"),)

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    metric: Mapped[str] = mapped_column(Text)
    observed_at: Mapped[datetime] = mapped_column(INSTANT)
    source: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(SmallInteger)
    value: Mapped[Decimal]
    unit: Mapped[str] = mapped_column(Text)
    comparator: Mapped[str | None] = mapped_column(Text)
    context: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    received_at: Mapped[datetime] = mapped_column(INSTANT)
    replaced_at: Mapped[datetime] = mapped_column(INSTANT)
    replaced_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


_KEY = "patient_id = $1::uuid AND metric = $2::text AND observed_at = $3::timestamptz AND source = $4::text"
_KEEP = (
    "INSERT INTO reading_versions (organization_id, patient_id, metric, observed_at, source, version, value, unit,"
    " comparator, context, received_at, replaced_at, replaced_by, reason)"
    " SELECT organization_id, patient_id, metric, observed_at, source, version, value, unit, comparator, context,"
    f" received_at, $5::timestamptz, $6::text, $7::text FROM readings WHERE {_KEY}"
)
_REPLACE = (
    "UPDATE readings SET version = version + 1, status = $5::text, value = $6::numeric, unit = $7::text,"
    " unit_sent = $8::text, comparator = $9::text, canonical = $10::numeric, context = $11::text::jsonb,"
    f" flags = $12::text::text[], received_at = $13::timestamptz WHERE {_KEY}"
)
_VOID = (
    "UPDATE readings SET version = version + 1, status = 'entered-in-error', received_at = $5::timestamptz"
    f" WHERE {_KEY}"
)

_VERIFY = (
    "UPDATE readings SET version = version + 1, received_at = $5::timestamptz,"
    " context = coalesce(context, '{}'::jsonb) || jsonb_build_object('verified', true)"
    f" WHERE {_KEY}"
)


_FLAG = (
    "UPDATE readings r SET flags = r.flags || $5::text"
    " FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[]) AS t (patient_id, metric, observed_at, source)"
    " WHERE r.patient_id = t.patient_id AND r.metric = t.metric AND r.observed_at = t.observed_at"
    " AND r.source = t.source AND NOT $5::text = ANY(r.flags) AND r.status <> 'entered-in-error'"
)


async def flag(tx: Session, places: Collection[Place], name: str) -> None:
    """Add a flag that asks for verification; values and their versions stay. The patients' rows are locked."""
    if places:
        await unpack(tx, places)
        await wire.fetch(tx, _FLAG, *(list(column) for column in zip(*sorted(places), strict=True)), name)


async def verify(tx: Session, place: Place, *, how: str, by: str, now: datetime) -> None:
    """Note that a value is right as it stands. The patient's row is locked."""
    await unpack(tx, [place])
    await wire.fetch(tx, _KEEP, *place, now, by, how)
    await wire.fetch(tx, _VERIFY, *place, now)


async def replace(tx: Session, new: New, *, why: str, by: str, now: datetime) -> None:
    """Put another value under the same key; what was there goes to the versions. The patient's row is locked."""
    place = Place(new.patient_id, new.metric, new.observed_at, new.source)
    await unpack(tx, [place])
    await wire.fetch(tx, _KEEP, *place, now, by, why)
    values = (new.value, new.unit, new.unit_sent, new.comparator, new.canonical, new.context, new.flags, now)
    await wire.fetch(tx, _REPLACE, *place, "corrected", *values)


async def void(tx: Session, place: Place, *, why: str, by: str, now: datetime) -> None:
    """Take a reading out of use; it stays in the record. The patient's row is locked."""
    await unpack(tx, [place])
    await wire.fetch(tx, _KEEP, *place, now, by, why)
    await wire.fetch(tx, _VOID, *place, now)


async def versions(tx: Session, place: Place) -> Sequence[ReadingVersionRow]:
    """What a reading was before, oldest first."""
    query = select(ReadingVersionRow).where(
        ReadingVersionRow.patient_id == place.patient_id,
        ReadingVersionRow.metric == place.metric,
        ReadingVersionRow.observed_at == place.observed_at,
        ReadingVersionRow.source == place.source,
    )
    return (await tx.scalars(query.order_by(ReadingVersionRow.version))).all()
