"""On which local days a device sent something."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from services.monitoring.domain.device_days import BY_DEVICE, TYPED
from services.monitoring.store import wire
from services.monitoring.store.reading_packs import readings_where
from shared.db.base import Session
from shared.vocabulary import Metric

_OF_DEVICES = "x.patient_id = $1::uuid AND x.metric = ANY($2::text[])"
_EVER = readings_where(_OF_DEVICES, "'-infinity'::timestamptz", "'infinity'::timestamptz")
_THEN = readings_where(_OF_DEVICES, "$5::timestamptz", "$6::timestamptz")
OF_OWN_DEVICE = (
    "EXISTS (SELECT FROM devices d WHERE d.patient_id = r.patient_id AND d.source = r.source AND d.transmits"
    " AND d.starts_at <= r.observed_at AND (d.ends_at IS NULL OR r.observed_at < d.ends_at))"
)
"""Whether a reading ``r`` came from a device that was with its patient then and sends by itself."""
_SENT = f"r.status <> 'entered-in-error' AND coalesce(r.context ->> 'entry', '') <> $3::text AND {OF_OWN_DEVICE}"
_FIRST = f"SELECT min(r.observed_at) FROM {_EVER} r WHERE {_SENT} AND r.received_at <= $4::timestamptz"
_DAYS = (
    f"SELECT DISTINCT (r.observed_at AT TIME ZONE $4::text)::date AS day FROM {_THEN} r"
    f" WHERE {_SENT} AND r.observed_at < $6::timestamptz"
    " AND r.received_at <= $7::timestamptz ORDER BY day"
)


async def first(tx: Session, patient_id: UUID, *, known_at: datetime) -> datetime | None:
    """When a device of the patient sent its first value that was accepted; None before."""
    rows = await wire.fetch(tx, _FIRST, *_of(patient_id), known_at)
    found: datetime | None = rows[0][0]
    return found


async def days(
    tx: Session,
    patient_id: UUID,
    zone: str,
    start: datetime,
    stop: datetime,
    *,
    known_at: datetime,
    metrics: Iterable[Metric] = BY_DEVICE,
) -> list[date]:
    """The local days in ``zone`` with a value of a device, from ``start`` to before ``stop``."""
    rows = await wire.fetch(tx, _DAYS, *_of(patient_id, metrics), zone, start, stop, known_at)
    return [row[0] for row in rows]


def _of(patient_id: UUID, metrics: Iterable[Metric] = BY_DEVICE) -> tuple[UUID, list[str], str]:
    return patient_id, [str(metric) for metric in metrics], TYPED
