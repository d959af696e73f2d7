"""Readings: one natural key and nothing else on the hot path, partitioned by month of measurement."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, SmallInteger, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization


class ReadingRow(OfOrganization, Row):
    """A value as it stands. No foreign key: the patient's row is locked while readings are written."""

    __tablename__ = "readings"
    __table_args__ = (
        PrimaryKeyConstraint("patient_id", "metric", "observed_at", "source"),
        {"postgresql_partition_by": "RANGE (observed_at)"},
    )

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    metric: Mapped[str] = mapped_column(Text)
    observed_at: Mapped[datetime] = mapped_column(INSTANT)
    source: Mapped[str] = mapped_column(Text)
    value: Mapped[Decimal]
    unit: Mapped[str] = mapped_column(Text)
    unit_sent: Mapped[str | None] = mapped_column(Text)
    comparator: Mapped[str | None] = mapped_column(Text)
    canonical: Mapped[Decimal]
    offset_minutes: Mapped[int] = mapped_column(SmallInteger)
    received_at: Mapped[datetime] = mapped_column(INSTANT)
    code: Mapped[str | None] = mapped_column(Text)
    context: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    status: Mapped[str] = mapped_column(Text)
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    version: Mapped[int] = mapped_column(SmallInteger)


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


class ExternalIdRow(OfOrganization, Row):
    """A sender's own id of a reading; only kept where one is given."""

    __tablename__ = "reading_external_ids"
    __table_args__ = (
        PrimaryKeyConstraint("organization_id", "system", "value"),
        Index("ix_reading_external_ids_patient_id", "patient_id", "observed_at"),
    )

    system: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    patient_id: Mapped[UUID] = mapped_column(Uuid)
    metric: Mapped[str] = mapped_column(Text)
    observed_at: Mapped[datetime] = mapped_column(INSTANT)
    source: Mapped[str] = mapped_column(Text)


class Place(NamedTuple):
    """The natural key of a reading."""

    patient_id: UUID
    metric: str
    observed_at: datetime
    source: str


class New(NamedTuple):
    """A reading to be stored; the fields are columns, in the order of the statement below."""

    patient_id: UUID
    metric: str
    observed_at: datetime
    source: str
    value: Decimal
    unit: str
    unit_sent: str | None
    comparator: str | None
    canonical: Decimal
    offset_minutes: int
    code: str | None
    context: str | None
    flags: str


class Stored(NamedTuple):
    """A reading as it stands; ``context`` is JSON text."""

    patient_id: UUID
    metric: str
    observed_at: datetime
    source: str
    value: Decimal
    unit: str
    unit_sent: str | None
    comparator: str | None
    canonical: Decimal
    offset_minutes: int
    received_at: datetime
    code: str | None
    context: str | None
    status: str
    flags: list[str]
    version: int

    @property
    def place(self) -> Place:
        """Its key."""
        return Place(self.patient_id, self.metric, self.observed_at, self.source)


class Window(NamedTuple):
    """The readings of one metric of one patient from ``start`` to ``stop``, both included."""

    patient_id: UUID
    metric: str
    start: datetime
    stop: datetime


_ARRAYS = "uuid text timestamptz text numeric text text text numeric smallint text text text".split()
_COLUMNS = ", ".join(New._fields)
_INSERT = (
    f"INSERT INTO readings (organization_id, received_at, status, version, {_COLUMNS}) "
    "SELECT $1::uuid, $2::timestamptz, 'final', 1, patient_id, metric, observed_at, source, value, unit, unit_sent,"
    " comparator, canonical, offset_minutes, code, context::jsonb, flags::text[] FROM unnest("
    + ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_ARRAYS, 3))
    + f") AS sent ({_COLUMNS}) ON CONFLICT DO NOTHING RETURNING patient_id, metric, observed_at, source"
)
_STORED = (
    "r.patient_id, r.metric, r.observed_at, r.source, r.value, r.unit, r.unit_sent, r.comparator, r.canonical,"
    " r.offset_minutes, r.received_at, r.code, r.context, r.status, r.flags, r.version"
)
_AT = (
    f"SELECT {_STORED} FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[])"
    " AS k (patient_id, metric, observed_at, source) JOIN readings r"
    " ON r.patient_id = k.patient_id AND r.metric = k.metric"
    " AND r.observed_at = k.observed_at AND r.source = k.source"
)
# The outer bounds let the planner leave out partitions before it starts.
_WITHIN = (
    f"SELECT {_STORED} FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[])"
    " AS w (patient_id, metric, start, stop) JOIN readings r"
    " ON r.patient_id = w.patient_id AND r.metric = w.metric"
    " AND r.observed_at >= w.start AND r.observed_at <= w.stop"
    " WHERE r.observed_at >= $5::timestamptz AND r.observed_at <= $6::timestamptz"
)


async def insert_new(tx: Session, rows: Sequence[New], *, received_at: datetime) -> set[Place]:
    """Store what is not there yet, in one statement; returns the keys that were stored.

    The patients' rows must be locked, so that two batches never wait for each other's keys in a circle.
    """
    if not rows:
        return set()
    arrays = [list(column) for column in zip(*rows, strict=True)]
    connection = await tx.connection()
    stored = await connection.exec_driver_sql(_INSERT, (organization(tx), received_at, *arrays))
    return {Place(*row) for row in stored}


async def at(tx: Session, places: Iterable[Place]) -> dict[Place, Stored]:
    """The readings under these keys."""
    arrays = [list(column) for column in zip(*places, strict=True)]
    if not arrays:
        return {}
    connection = await tx.connection()
    rows = await connection.exec_driver_sql(_AT, tuple(arrays))
    return {stored.place: stored for stored in (Stored(*row) for row in rows)}


async def within(tx: Session, windows: Sequence[Window]) -> list[Stored]:
    """The readings inside windows, in one statement; where windows overlap, readings come more than once."""
    if not windows:
        return []
    arrays = [list(column) for column in zip(*windows, strict=True)]
    connection = await tx.connection()
    rows = await connection.exec_driver_sql(_WITHIN, (*arrays, min(arrays[2]), max(arrays[3])))
    return [Stored(*row) for row in rows]


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


async def replace(tx: Session, new: New, *, why: str, by: str, now: datetime) -> None:
    """Put another value under the same key; what was there goes to the versions. The patient's row is locked."""
    place = Place(new.patient_id, new.metric, new.observed_at, new.source)
    connection = await tx.connection()
    await connection.exec_driver_sql(_KEEP, (*place, now, by, why))
    values = (new.value, new.unit, new.unit_sent, new.comparator, new.canonical, new.context, new.flags, now)
    await connection.exec_driver_sql(_REPLACE, (*place, "corrected", *values))


async def void(tx: Session, place: Place, *, why: str, by: str, now: datetime) -> None:
    """Take a reading out of use; it stays in the record. The patient's row is locked."""
    connection = await tx.connection()
    await connection.exec_driver_sql(_KEEP, (*place, now, by, why))
    await connection.exec_driver_sql(_VOID, (*place, now))


_FIND = (
    f"SELECT {_STORED} FROM readings r WHERE r.patient_id = $1::uuid AND r.metric = $2::text"
    " AND r.observed_at = $3::timestamptz"
)


async def of_instant(tx: Session, patient_id: UUID, metric: str, observed_at: datetime) -> list[Stored]:
    """The readings of one metric at one instant, from any source."""
    connection = await tx.connection()
    rows = await connection.exec_driver_sql(_FIND, (patient_id, metric, observed_at))
    return [Stored(*row) for row in rows]


async def versions(tx: Session, place: Place) -> Sequence[ReadingVersionRow]:
    """What a reading was before, oldest first."""
    query = select(ReadingVersionRow).where(
        ReadingVersionRow.patient_id == place.patient_id,
        ReadingVersionRow.metric == place.metric,
        ReadingVersionRow.observed_at == place.observed_at,
        ReadingVersionRow.source == place.source,
    )
    return (await tx.scalars(query.order_by(ReadingVersionRow.version))).all()


async def series(
    tx: Session, patient_id: UUID, metric: str, start: datetime, stop: datetime, *, limit: int
) -> Sequence[Any]:
    """(observed_at, canonical, comparator, source) of valid readings in time order, from start to before stop."""
    row = ReadingRow
    query = select(row.observed_at, row.canonical, row.comparator, row.source).where(
        row.patient_id == patient_id,
        row.metric == metric,
        row.observed_at >= start,
        row.observed_at < stop,
        row.status != "entered-in-error",
    )
    return (await tx.execute(query.order_by(row.observed_at, row.source).limit(limit))).all()


_LATEST = (
    f"SELECT DISTINCT ON (r.metric) {_STORED}, count(*) OVER (PARTITION BY r.metric) FROM readings r"
    " WHERE r.patient_id = $1::uuid AND r.metric = ANY($2::text[]) AND r.observed_at >= $3::timestamptz"
    " AND r.observed_at < $4::timestamptz AND r.status <> 'entered-in-error'"
    " ORDER BY r.metric, r.observed_at DESC, r.source"
)


async def latest(
    tx: Session, patient_id: UUID, metrics: Iterable[str], start: datetime, stop: datetime
) -> list[tuple[Stored, int]]:
    """By metric the newest valid reading of a window, and how many there are in it."""
    connection = await tx.connection()
    rows = await connection.exec_driver_sql(_LATEST, (patient_id, list(metrics), start, stop))
    return [(Stored(*row[:-1]), row[-1]) for row in rows]


async def remember(tx: Session, ids: Iterable[tuple[tuple[str, str], Place]]) -> None:
    """Keep senders' own ids; an id that is known then names the newer reading."""
    flat = [(system, value, *place) for (system, value), place in sorted(dict(ids).items())]
    if not flat:
        return
    arrays = [list(column) for column in zip(*flat, strict=True)]
    connection = await tx.connection()
    await connection.exec_driver_sql(_REMEMBER, (organization(tx), *arrays))


_BY_EXTERNAL = (
    "SELECT x.system, x.value, x.patient_id, x.metric, x.observed_at, x.source"
    " FROM unnest($1::text[], $2::text[]) AS k (system, value)"
    " JOIN reading_external_ids x ON x.system = k.system AND x.value = k.value AND x.organization_id = $3::uuid"
)


async def by_external(tx: Session, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Place]:
    """The keys behind senders' own ids."""
    if not ids:
        return {}
    connection = await tx.connection()
    arrays = [list(column) for column in zip(*ids, strict=True)]
    rows = await connection.exec_driver_sql(_BY_EXTERNAL, (*arrays, organization(tx)))
    return {(row[0], row[1]): Place(*row[2:]) for row in rows}
