"""Readings of closed months, packed: many readings that differ only in time and value are one row of arrays.

Whoever reads readings asks ``readings_where``, which gives those in rows and those in packs alike. A key is never in
both, and nothing is changed inside a pack: ``unpack`` first makes rows of it again.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Integer, Numeric, PrimaryKeyConstraint, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session


class ReadingPackRow(OfOrganization, Row):
    """Readings of one patient, metric and source of a day, or of a month where they are few, in time order.

    A value is its whole number in ``steps`` times ``step``, whose digits after the point are the value's own. ``gaps``
    and ``received_gaps`` are microseconds since the one before. The value in the unit of charts is the same whole
    number times ``canonical_step`` (null: times ``step``), or in ``canonicals`` where no one step gives them all.
    """

    __tablename__ = "reading_packs"
    __table_args__ = (PrimaryKeyConstraint("patient_id", "metric", "first_at", "source"),)

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    metric: Mapped[str] = mapped_column(Text)
    first_at: Mapped[datetime] = mapped_column(INSTANT)
    source: Mapped[str] = mapped_column(Text)
    last_at: Mapped[datetime] = mapped_column(INSTANT)
    unit: Mapped[str] = mapped_column(Text)
    unit_sent: Mapped[str | None] = mapped_column(Text)
    comparator: Mapped[str | None] = mapped_column(Text)
    offset_minutes: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[str | None] = mapped_column(Text)
    context: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    status: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(SmallInteger)
    step: Mapped[Decimal]
    first_received_at: Mapped[datetime] = mapped_column(INSTANT)
    gaps: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    received_gaps: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    steps: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    canonicals: Mapped[list[Decimal] | None] = mapped_column(ARRAY(Numeric))
    canonical_step: Mapped[Decimal | None]


LONGEST = "interval '31 days'"
"""No pack reaches over the end of a UTC month."""

_SHARED = "patient_id, metric, source, unit, unit_sent, comparator, offset_minutes, code, context, status, version"
_COLUMNS = f"{_SHARED}, observed_at, value, canonical, received_at, flags"
# Packing has come so far, looked up once a statement: whoever asks about later instants never looks into packs.
_CLOSED = "coalesce((SELECT max(r.before) FROM packing_rounds r), '-infinity')"
_UNPACKED = (
    "SELECT x.patient_id, x.metric, x.source, x.unit, x.unit_sent, x.comparator, x.offset_minutes, x.code, x.context,"
    " x.status, x.version, e.observed_at, e.value, e.canonical, e.received_at, '{}'::text[] AS flags"
)
# Sums of whole microseconds are exact in a double up to 285 years.
_EACH = (
    "(SELECT"
    " x.first_at + sum(g.gap::float8) OVER in_order * interval '1 microsecond' AS observed_at,"
    " g.whole * x.step AS value, coalesce(g.canonical, g.whole * coalesce(x.canonical_step, x.step)) AS canonical,"
    " x.first_received_at + sum(g.received_gap::float8) OVER in_order * interval '1 microsecond' AS received_at"
    " FROM unnest(x.gaps, x.received_gaps, x.steps, x.canonicals) WITH ORDINALITY"
    " AS g (gap, received_gap, whole, canonical, number) WINDOW in_order AS (ORDER BY g.number)) e"
)


def readings_where(condition: str, start: str, stop: str) -> str:
    """SQL of a subquery: the readings from ``start`` to ``stop``, both included, in rows or in packs.

    ``condition`` is about ``x.patient_id`` and ``x.metric``; all three are expressions of the statement around it.
    """
    # The rows are asked outside the union: only so does PostgreSQL read them as if there were no packs.
    return (
        f"(SELECT x.* FROM (SELECT {_COLUMNS} FROM readings UNION ALL {_UNPACKED}"
        f" FROM reading_packs x CROSS JOIN LATERAL {_EACH} WHERE {condition} AND {start} < {_CLOSED}"
        f" AND x.first_at >= {start} - {LONGEST} AND x.first_at <= {stop} AND x.last_at >= {start}) x"
        f" WHERE {condition} AND x.observed_at >= {start} AND x.observed_at <= {stop})"
    )


def packed(patient_id: str, metric: str, at: str) -> str:
    """SQL of a condition: this instant lies in a pack of the patient and metric, so that the key may be taken there."""
    return (
        f"({at} < {_CLOSED} AND EXISTS (SELECT FROM reading_packs x WHERE x.patient_id = {patient_id}"
        f" AND x.metric = {metric} AND x.first_at >= {at} - {LONGEST} AND x.first_at <= {at} AND x.last_at >= {at}))"
    )


_UNPACK = (
    "WITH x AS (DELETE FROM reading_packs p USING unnest($1::uuid[], $2::text[], $3::timestamptz[])"
    " AS k (patient_id, metric, at) WHERE p.patient_id = k.patient_id AND p.metric = k.metric"
    f" AND p.first_at >= k.at - {LONGEST} AND p.first_at <= k.at AND p.last_at >= k.at RETURNING p.*)"
    f" INSERT INTO readings (organization_id, {_COLUMNS})"
    f" SELECT x.organization_id, y.* FROM x CROSS JOIN LATERAL ({_UNPACKED} FROM {_EACH}) y"
)


async def unpack(tx: Session, keys: Iterable[tuple[UUID, str, datetime, str]]) -> None:
    """Make rows again of the packs in which these instants lie. The patients' rows must be locked."""
    arrays = [list(column) for column in zip(*((patient, metric, at) for patient, metric, at, _ in keys), strict=True)]
    if arrays:
        await wire.fetch(tx, _UNPACK, *arrays)
