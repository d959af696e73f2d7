"""Packing readings of closed months, and how far the round of an organization's patients has come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, PrimaryKeyConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization


class PackingRoundRow(OfOrganization, Row):
    """One round a month goes over all patients; ``after_patient`` is the last of them it has come to.

    Every pack of the organization ends before ``before``, which only grows: readers rely on it.
    """

    __tablename__ = "packing_rounds"
    __table_args__ = (PrimaryKeyConstraint("organization_id"),)

    before: Mapped[datetime] = mapped_column(INSTANT)
    after_patient: Mapped[UUID] = mapped_column(Uuid)
    done: Mapped[bool] = mapped_column(Boolean)


FEWEST = 8
"""So many readings at least make a pack; fewer would take as much room as their rows."""
DENSE = 250
"""From so many alike readings in a month on, there is a pack a day."""

# What is rare stays a row: flagged readings, of which some wait for somebody, and numbers beyond four bytes.
_SAME = "metric, source, unit, unit_sent, comparator, offset_minutes, code, context, status, version, step"
# As text: 1 and 1.0 are equal numbers and different digits.
_ALIKE = f"{_SAME}, factor"
_PACK = f"""
WITH month AS MATERIALIZED (
  SELECT *, ('1e-' || scale(value))::numeric AS step, round(value * ('1e' || scale(value))::numeric) AS whole
  FROM readings WHERE patient_id = $1::uuid AND observed_at >= $2::timestamptz AND observed_at < $3::timestamptz
    AND flags = '{{}}' AND scale(value) <= 9 AND abs(value) < 2000000000
), converted AS (
  SELECT *, CASE WHEN canonical = value AND scale(canonical) = scale(value) THEN step
    ELSE round(canonical / nullif(whole, 0), scale(canonical)) END AS own
  FROM month WHERE abs(whole) <= 2000000000
), common AS (
  SELECT *, CASE WHEN count(*) OVER (PARTITION BY {_SAME}, own::text) >= {FEWEST} AND own * whole = canonical
    THEN own::text END AS factor
  FROM converted
), sorted AS (
  SELECT *, CASE WHEN count(*) OVER (PARTITION BY {_ALIKE}) < {DENSE} THEN $2::timestamptz
    ELSE date_trunc('day', observed_at, 'UTC') END AS stretch
  FROM common
), counted AS MATERIALIZED (
  SELECT *, count(*) OVER (PARTITION BY {_ALIKE}, stretch) AS alike,
    extract(epoch FROM observed_at - lag(observed_at) OVER in_order) * 1000000 AS gap,
    extract(epoch FROM received_at - lag(received_at) OVER in_order) * 1000000 AS received_gap
  FROM sorted WINDOW in_order AS (PARTITION BY {_ALIKE}, stretch ORDER BY observed_at)
), packs AS (
  INSERT INTO reading_packs (organization_id, patient_id, first_at, last_at, {_SAME},
    first_received_at, gaps, received_gaps, steps, canonicals, canonical_step)
  SELECT organization_id, patient_id, min(observed_at), max(observed_at), {_SAME},
    (array_agg(received_at ORDER BY observed_at))[1], array_agg(coalesce(gap, 0)::bigint ORDER BY observed_at),
    array_agg(coalesce(received_gap, 0)::bigint ORDER BY observed_at), array_agg(whole::integer ORDER BY observed_at),
    CASE WHEN factor IS NULL THEN array_agg(canonical ORDER BY observed_at) END, nullif(factor, step::text)::numeric
  FROM counted WHERE alike >= {FEWEST} GROUP BY organization_id, patient_id, {_ALIKE}, stretch
)
DELETE FROM readings r USING counted c WHERE c.alike >= {FEWEST} AND r.patient_id = c.patient_id
  AND r.metric = c.metric AND r.observed_at = c.observed_at AND r.source = c.source
  AND r.observed_at >= $2::timestamptz AND r.observed_at < $3::timestamptz RETURNING 1
"""


async def pack(tx: Session, patient_id: UUID, start: datetime, stop: datetime) -> int:
    """Pack a patient's readings of one UTC month from ``start`` to before ``stop``; returns how many rows that took.

    The patient's row must be locked, and the month lie before the round's end.
    """
    return len(await wire.fetch(tx, _PACK, patient_id, start, stop))


_OLDEST = (
    "SELECT min(observed_at) FROM readings WHERE patient_id = $1::uuid"
    " AND observed_at >= coalesce($2::timestamptz, '-infinity') AND observed_at < $3::timestamptz"
)


async def oldest(tx: Session, patient_id: UUID, start: datetime | None, stop: datetime) -> datetime | None:
    """The patient's first reading in rows, not in packs, from ``start`` (None: ever) to before ``stop``."""
    found: datetime | None = (await wire.fetch(tx, _OLDEST, patient_id, start, stop))[0][0]
    return found


_KNOWN = "SELECT before, done FROM packing_rounds WHERE organization_id = $1::uuid"
_BEGIN = (
    "INSERT INTO packing_rounds AS r (organization_id, before, after_patient, done)"
    " VALUES ($1::uuid, $2::timestamptz, $3::uuid, false) ON CONFLICT (organization_id) DO UPDATE"
    " SET before = excluded.before, after_patient = excluded.after_patient, done = false"
    " WHERE r.before < excluded.before"
)
_NEXT = (
    "SELECT p.id FROM packing_rounds r JOIN patients p ON p.id > r.after_patient"
    " WHERE r.organization_id = $1::uuid AND r.before = $2::timestamptz AND NOT r.done ORDER BY p.id LIMIT $3::int"
)
_COME_TO = (
    "UPDATE packing_rounds SET after_patient = greatest(after_patient, $3::uuid), done = done OR $4::boolean"
    " WHERE organization_id = $1::uuid AND before = $2::timestamptz"
)
_NOBODY = UUID(int=0)


async def next_patients(tx: Session, before: datetime, *, limit: int) -> Sequence[UUID] | None:
    """The patients the round of all months that end by ``before`` comes to next; None when it is done.

    Begins the round where it has not begun. A clock that was set back finds nothing to do.
    """
    known = await wire.fetch(tx, _KNOWN, organization(tx))
    if known and (known[0][0] > before or (known[0][0] == before and known[0][1])):
        return None
    await wire.fetch(tx, _BEGIN, organization(tx), before, _NOBODY)
    return [row[0] for row in await wire.fetch(tx, _NEXT, organization(tx), before, limit)]


async def come_to(tx: Session, before: datetime, patient_id: UUID, *, done: bool) -> None:
    """Note how far the round has come. Who was packed by another worker meanwhile is simply found packed."""
    await wire.fetch(tx, _COME_TO, organization(tx), before, patient_id, done)
