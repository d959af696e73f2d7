"""A reading's id is computed from what makes it one, so that no second index has to be kept for it."""

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from services.monitoring.domain.readings import ReadingKey
from shared.vocabulary import Metric

_SHAPE = struct.Struct(">16s4sq8s")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LETTERS = 48


@dataclass(frozen=True, slots=True)
class ReadingRef:
    """What an id says: everything but the source's name, of which it holds a hash."""

    patient_id: UUID
    metric: Metric
    observed_at: datetime
    source_hash: bytes

    def names(self, source: str) -> bool:
        """Whether this is the source meant."""
        return _hash(source, 8) == self.source_hash


def reading_id(patient_id: UUID, key: ReadingKey) -> str:
    """48 characters that are safe in an address and as a FHIR id."""
    micros = (key.observed_at - _EPOCH) // _MICROSECOND
    packed = _SHAPE.pack(patient_id.bytes, _hash(key.metric, 4), micros, _hash(key.source, 8))
    return base64.b64encode(packed, b"-.").decode()


def reading_ids(patient_id: UUID, metric: Metric, micros: Sequence[int], sources: Sequence[str]) -> list[str]:
    """The ids of many readings of one metric, at instants in microseconds since 1970-01-01 UTC."""
    count, own = len(micros), _hash(metric, 4)
    body = bytearray(_SHAPE.size * count)
    for place, byte in enumerate(patient_id.bytes + own):
        body[place :: _SHAPE.size] = bytes([byte]) * count
    times = struct.pack(f">{count}q", *micros)
    hashes = _hash(sources[0], 8) * count if len(set(sources)) == 1 else b"".join(_hash(each, 8) for each in sources)
    for place in range(8):
        body[20 + place :: _SHAPE.size] = times[place::8]
        body[28 + place :: _SHAPE.size] = hashes[place::8]
    # Of 36 bytes there is no rest in base 64: the letters of all are those of each, one after the other.
    text = base64.b64encode(body, b"-.").decode()
    return [text[at : at + _LETTERS] for at in range(0, _LETTERS * count, _LETTERS)]


def read_id(text: str) -> ReadingRef | None:
    """What an id stands for; None when it was not made by :func:`reading_id`."""
    try:
        patient, metric, micros, source = _SHAPE.unpack(base64.b64decode(text, b"-.", validate=True))
        observed_at = _EPOCH + micros * _MICROSECOND
    except (ValueError, struct.error, OverflowError):
        return None
    known = _METRICS.get(metric)
    return None if known is None else ReadingRef(UUID(bytes=patient), known, observed_at, source)


@lru_cache(maxsize=4096)
def _hash(text: str, size: int) -> bytes:
    return blake2b(text.encode(), digest_size=size).digest()


_METRICS = {_hash(metric, 4): metric for metric in Metric}
