"""The readings rules look back at, straight from the driver's rows: most of what an evaluation reads."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from services.monitoring.domain.readings import Reading, circumstances
from services.monitoring.store.readings import WITHIN, Stored, Window, inside
from shared.db.base import Session
from shared.vocabulary import Comparator, Metric, ReadingStatus

_METRICS = {metric.value: metric for metric in Metric}
_STATUSES = {status.value: status for status in ReadingStatus}
_COMPARATORS: dict[str | None, Comparator | None] = {None: None, **{each.value: each for each in Comparator}}
_NOTHING: frozenset[str] = frozenset()
_EVIDENCE = WITHIN.replace(
    "{columns}",
    "r.patient_id, r.metric, r.value, r.unit, r.observed_at, r.received_at, r.source,"
    " r.comparator, r.context::text, r.status, nullif(r.flags, '{}')",
)


def reading_of(stored: Stored) -> Reading:
    """A stored reading as rules see it."""
    _, metric, observed_at, source, value, unit, _, comparator, _, _, received_at, _, context, status, flags, _ = stored
    return _reading(metric, value, unit, observed_at, received_at, source, comparator, context, status, flags)


async def evidence(tx: Session, windows: Sequence[Window]) -> dict[UUID, list[Reading]]:
    """By patient the readings inside windows, in one statement; where windows overlap, they come more than once."""
    found: dict[UUID, list[Reading]] = {}
    for patient_id, *each in await inside(tx, _EVIDENCE, windows):
        found.setdefault(patient_id, []).append(_reading(*each))
    return found


def _reading(
    metric: str,
    value: Any,
    unit: str,
    observed_at: Any,
    received_at: Any,
    source: str,
    comparator: str | None,
    context: str | None,
    status: str,
    flags: Sequence[str] | None,
) -> Reading:
    true, symptoms = circumstances(orjson.loads(context)) if context else (_NOTHING, _NOTHING)
    return Reading(
        _METRICS[metric],
        value,
        unit,
        observed_at,
        received_at,
        source,
        _COMPARATORS[comparator],
        symptoms,
        true,
        _STATUSES[status],
        frozenset(flags) if flags else _NOTHING,
    )
