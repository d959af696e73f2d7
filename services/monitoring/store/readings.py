"""Readings: one natural key and nothing else on the hot path, partitioned by month of measurement."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, SmallInteger, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from services.monitoring.store.reading_packs import packed, readings_where, unpack
from shared.db.base import INSTANT, OfOrganization, Session, organization

UNVERIFIED = text("flags <> '{}' AND status <> 'entered-in-error' AND NOT coalesce(context ? 'verified', false)")
"""Accepted with a flag (a soft limit, §1.1), and nobody has said yet that the value is right. Few readings are."""


class ReadingRow(OfOrganization, Row):
    """A value as it stands. No foreign key: the patient's row is locked while readings are written."""

    __tablename__ = "readings"
    __table_args__ = (
        PrimaryKeyConstraint("patient_id", "metric", "observed_at", "source"),
        # The key, with what a chart needs: its readings are spread over the table in the order in which they came.
        Index(
            "ux_readings",
            "patient_id",
            "metric",
            "observed_at",
            "source",
            unique=True,
            postgresql_include=["canonical", "comparator", "status", "organization_id"],
        ),
        Index("ix_readings_unverified", "organization_id", "observed_at", postgresql_where=UNVERIFIED),
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


class Place(NamedTuple):
    """The natural key of a reading."""

    patient_id: UUID
    metric: str
    observed_at: datetime
    source: str


Key = tuple[UUID, str, datetime, str]
"""A place as a plain tuple; equal to it."""


class New(NamedTuple):
    """A reading to be stored; the last five are rarely anything but empty."""

    patient_id: UUID
    metric: str
    observed_at: datetime
    source: str
    value: Decimal
    unit: str
    canonical: Decimal
    offset_minutes: int
    unit_sent: str | None
    comparator: str | None
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


_TYPES = {
    "patient_id": "uuid", "metric": "text", "observed_at": "timestamptz", "source": "text", "value": "numeric",
    "unit": "text", "canonical": "numeric", "offset_minutes": "smallint", "unit_sent": "text", "comparator": "text",
    "code": "text", "context": "text", "flags": "text",
}  # fmt: skip
_RARE = {"unit_sent": "NULL", "comparator": "NULL", "code": "NULL", "context": "NULL", "flags": "'{}'"}
_USUAL = (None, None, None, None, "{}")
_READ = {"canonical": "coalesce(canonical, value)", "context": "context::jsonb", "flags": "flags::text[]"}


def _insert(columns: Sequence[str]) -> str:
    """The statement for a batch in which only these columns have values; fewer arrays are fewer values to carry."""
    sent = ", ".join(f"${number}::{_TYPES[name]}[]" for number, name in enumerate(columns, 3))
    values = ", ".join(_READ.get(name, name) if name in columns else _RARE[name] for name in _TYPES)
    return (
        f"INSERT INTO readings (organization_id, received_at, status, version, {', '.join(_TYPES)})"
        f" SELECT $1::uuid, $2::timestamptz, 'final', 1, {values} FROM unnest({sent}) AS sent ({', '.join(columns)})"
        f" WHERE NOT {packed('sent.patient_id', 'sent.metric', 'sent.observed_at')}"
        " ON CONFLICT DO NOTHING RETURNING patient_id, metric, observed_at, source"
    )


_INSERT_ALL = _insert(list(_TYPES))
_INSERT_PLAIN = _insert([name for name in _TYPES if name not in _RARE])
STORED = (
    "r.patient_id, r.metric, r.observed_at, r.source, r.value, r.unit, r.unit_sent, r.comparator, r.canonical,"
    " r.offset_minutes, r.received_at, r.code, r.context::text, r.status, r.flags, r.version"
)
# LATERAL with OFFSET 0 keeps to one index probe a key, also while a fresh table has no statistics to plan by. The outer
# bounds leave out partitions before the first probe: to get ready for each month of years takes longer than the probes.
_AT = (
    f"SELECT {STORED} FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[])"
    " AS k (patient_id, metric, observed_at, source) CROSS JOIN LATERAL (SELECT * FROM"
    f" {readings_where('x.patient_id = k.patient_id AND x.metric = k.metric', 'k.observed_at', 'k.observed_at')} r"
    " WHERE r.source = k.source AND r.observed_at >= $5::timestamptz AND r.observed_at <= $6::timestamptz OFFSET 0) r"
)
WITHIN = (
    "SELECT {columns} FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[])"
    " AS w (patient_id, metric, start, stop) CROSS JOIN LATERAL (SELECT * FROM"
    f" {readings_where('x.patient_id = w.patient_id AND x.metric = w.metric', 'w.start', 'w.stop')} r"
    " WHERE r.observed_at >= $5::timestamptz AND r.observed_at <= $6::timestamptz OFFSET 0) r"
)
_STORED_WITHIN = WITHIN.replace("{columns}", STORED)


async def insert_new(tx: Session, rows: Sequence[New], *, received_at: datetime) -> set[Key]:
    """Store what is not there yet; returns the keys under which something is stored already.

    One statement, unless packed readings lie around one of them: then those are made rows again.

    The patients' rows must be locked, so that two batches never wait for each other's keys in a circle.
    """
    if not rows:
        return set()
    columns = dict(zip(New._fields, (list(column) for column in zip(*rows, strict=True)), strict=True))
    # Most values come in the unit of charts already.
    columns["canonical"] = [None if row.canonical is row.value else row.canonical for row in rows]
    plain = all(row[-len(_USUAL) :] == _USUAL for row in rows)
    arrays = [columns[name] for name in _TYPES if not (plain and name in _RARE)]
    statement = _INSERT_PLAIN if plain else _INSERT_ALL
    stored = await wire.fetch(tx, statement, organization(tx), received_at, *arrays)
    if len(stored) == len(rows):
        return set()
    left = {row[:4] for row in rows}.difference(tuple(row) for row in stored)
    # Neither stored now nor before: packed readings lie around it.
    absent = left.difference(await at(tx, (Place._make(key) for key in left)))
    if absent:
        await unpack(tx, absent)
        await insert_new(tx, [row for row in rows if row[:4] in absent], received_at=received_at)
    return left - absent


async def at(tx: Session, places: Iterable[Place]) -> dict[Place, Stored]:
    """The readings under these keys."""
    arrays = [list(column) for column in zip(*places, strict=True)]
    if not arrays:
        return {}
    rows = await wire.fetch(tx, _AT, *arrays, min(arrays[2]), max(arrays[2]))
    return {stored.place: stored for stored in (Stored._make(row) for row in rows)}


async def within(tx: Session, windows: Sequence[Window]) -> list[Stored]:
    """The readings inside windows, in one statement; where windows overlap, readings come more than once."""
    return [Stored._make(row) for row in await inside(tx, _STORED_WITHIN, windows)]


async def inside(tx: Session, statement: str, windows: Sequence[Window]) -> list[Any]:
    """The rows of a statement made of ``WITHIN``."""
    arrays = [list(column) for column in zip(*windows, strict=True)]
    return await wire.fetch(tx, statement, *arrays, min(arrays[2]), max(arrays[3])) if arrays else []


_FIND = (
    f"SELECT {STORED} FROM"
    f" {readings_where('x.patient_id = $1::uuid AND x.metric = $2::text', '$3::timestamptz', '$3::timestamptz')} r"
)


async def of_instant(tx: Session, patient_id: UUID, metric: str, observed_at: datetime) -> list[Stored]:
    """The readings of one metric at one instant, from any source."""
    rows = await wire.fetch(tx, _FIND, patient_id, metric, observed_at)
    return [Stored._make(row) for row in rows]
