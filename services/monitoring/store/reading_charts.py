"""Readings for charts and summaries."""

from array import array
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from sys import byteorder
from typing import Any, NamedTuple
from uuid import UUID

from services.monitoring.store import wire
from services.monitoring.store.reading_packs import readings_where
from services.monitoring.store.readings import STORED, Stored
from shared.db.base import Session

_WINDOW = ("$3::timestamptz", "$4::timestamptz")
_OF_ONE = readings_where("x.patient_id = $1::uuid AND x.metric = $2::text", *_WINDOW)
_OF_SEVERAL = readings_where("x.patient_id = $1::uuid AND x.metric = ANY($2::text[])", *_WINDOW)
_IN_ORDER = (
    f"(SELECT r.observed_at, r.canonical, r.comparator, r.source FROM {_OF_ONE} r"
    " WHERE r.observed_at < $4::timestamptz AND r.status <> 'entered-in-error'"
    " ORDER BY r.observed_at, r.source LIMIT $5) s"
)
# One row of arrays as their bytes: most of a long chart's time would go into making an object of each of its points.
# A decimal becomes a double by way of its digits in words, a whole number at once.
_NUMBERS = (
    "array_send(array_agg(s.observed_at)), array_send(array_agg("
    "CASE WHEN scale(s.canonical) = 0 THEN s.canonical::int8::float8 ELSE s.canonical::float8 END))"
)
_ALIKE = (
    f'SELECT {_NUMBERS}, count(s.comparator), min(s.source COLLATE "C"), max(s.source COLLATE "C") FROM {_IN_ORDER}'
)
_UNLIKE = f"SELECT {_NUMBERS}, array_agg(s.comparator), array_agg(s.source) FROM {_IN_ORDER}"
_EPOCH = 946_684_800_000_000  # PostgreSQL counts from 2000-01-01 UTC
_HEAD, _LENGTH = 20, 4


class Series(NamedTuple):
    """Valid readings in time order, as arrays of equal length, values in the unit of charts.

    ``micros`` are microseconds since 1970-01-01 UTC.
    """

    micros: list[int]
    values: list[float]
    comparators: list[str | None]
    sources: list[str]


async def series(tx: Session, patient_id: UUID, metric: str, start: datetime, stop: datetime, *, limit: int) -> Series:
    """The valid readings from ``start`` to before ``stop``, the earliest ``limit`` of them."""
    asked = (patient_id, metric, start, stop, limit)
    ((times, values, signs, first, last),) = await wire.fetch(tx, _ALIKE, *asked)
    if times is None:
        return Series([], [], [], [])
    if not signs and first == last:
        count = len(micros := _micros(times))
        return Series(micros, _sent(values, "d"), [None] * count, [first] * count)
    ((times, values, comparators, sources),) = await wire.fetch(tx, _UNLIKE, *asked)
    return Series(_micros(times), _sent(values, "d"), comparators, sources)


def _micros(sent: bytes) -> list[int]:
    return [_EPOCH + each for each in _sent(sent, "q")]


def _sent(sent: bytes, kind: str) -> list[Any]:
    """The elements, of eight bytes each and none of them null, of an array as ``array_send`` gives it."""
    step = _LENGTH + 8
    body = bytearray((len(sent) - _HEAD) // step * 8)
    for place in range(8):
        body[place::8] = sent[_HEAD + _LENGTH + place :: step]
    found = array(kind, bytes(body))
    if byteorder == "little":
        found.byteswap()
    return found.tolist()


_AS_RECEIVED = (
    f"SELECT r.observed_at, r.value, r.unit, r.comparator FROM {_OF_ONE} r"
    " WHERE r.observed_at < $4::timestamptz AND r.status <> 'entered-in-error' ORDER BY r.observed_at, r.source"
)


async def as_received(
    tx: Session, patient_id: UUID, metric: str, start: datetime, stop: datetime
) -> list[tuple[datetime, Decimal, str, str | None]]:
    """(observed_at, value, unit, comparator) of the valid readings from ``start`` to before ``stop``, in time order."""
    return await wire.fetch(tx, _AS_RECEIVED, patient_id, metric, start, stop)


_LATEST = (
    f"SELECT DISTINCT ON (r.metric) {STORED}, count(*) OVER (PARTITION BY r.metric) FROM {_OF_SEVERAL} r"
    " WHERE r.observed_at < $4::timestamptz AND r.status <> 'entered-in-error'"
    " ORDER BY r.metric, r.observed_at DESC, r.source"
)


async def latest(
    tx: Session, patient_id: UUID, metrics: Iterable[str], start: datetime, stop: datetime
) -> list[tuple[Stored, int]]:
    """By metric the newest valid reading of a window, and how many there are in it."""
    rows = await wire.fetch(tx, _LATEST, patient_id, list(metrics), start, stop)
    return [(Stored._make(row[:-1]), row[-1]) for row in rows]
