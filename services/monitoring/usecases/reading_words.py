"""Readings in the words of the contract."""

from typing import Any
from uuid import UUID

import orjson

from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.readings import ReadingKey
from services.monitoring.store.readings import New, Stored
from services.monitoring.usecases.intake import Taken
from services.monitoring.usecases.judging import Sent
from shared.contracts.monitoring.readings import ItemResult, ReadingRead
from shared.kit.metric_dictionary import MEASURES
from shared.vocabulary import Comparator, Metric, ReadingStatus


def read(stored: Stored) -> ReadingRead:
    """A stored reading."""
    return _read(stored, stored, list(stored.flags), ReadingStatus(stored.status), stored.version)


def new(sent: Sent) -> ReadingRead:
    """A reading that was stored in this request, without asking the database for it again."""
    return _read(sent.row, sent.reading, sorted(sent.reading.flags), ReadingStatus.FINAL, 1)


def context(stored: Stored) -> dict[str, Any]:
    """The circumstances of a stored reading."""
    kept: dict[str, Any] = orjson.loads(stored.context) if stored.context else {}
    return kept


def not_verified(stored: Stored) -> dict[str, Any]:
    """The circumstances for another value in its place: what was said of this one does not hold for that."""
    return {name: each for name, each in context(stored).items() if name != "verified"}


def result(index: int, taken: Taken) -> ItemResult:
    """What became of one item."""
    aside = taken.aside.get(index)
    if aside is not None:
        return ItemResult(index, aside.outcome, None, taken.issues[index], aside.code, aside.detail, ())
    sent = taken.sent[index]
    made = reading_id(sent.patient_id, sent.reading.key)
    code, sentence = (sent.beside.code, sent.beside.sentence) if sent.beside is not None else (None, None)
    return ItemResult(index, taken.outcomes[index], made, taken.issues.get(index), code, sentence, sent.notes)


def notes(sent: Sent, issue: UUID | None) -> list[str]:
    """What was mapped, and what was set aside of an item that was stored."""
    if sent.beside is None:
        return list(sent.notes)
    return [*sent.notes, f"{sent.beside.sentence} Set aside for a person as reading issue {issue}."]


def _read(row: New | Stored, received: Any, flags: list[str], status: ReadingStatus, version: int) -> ReadingRead:
    metric = Metric(row.metric)
    return ReadingRead.model_construct(
        id=reading_id(row.patient_id, ReadingKey(row.observed_at, metric, row.source)),
        version=version,
        patient_id=row.patient_id,
        metric=metric,
        value=row.value,
        unit=row.unit,
        unit_sent=row.unit_sent,
        comparator=Comparator(row.comparator) if row.comparator else None,
        canonical_value=row.canonical,
        canonical_unit=MEASURES[metric].canonical,
        observed_at=row.observed_at,
        utc_offset_minutes=row.offset_minutes,
        received_at=received.received_at,
        source=row.source,
        code=row.code,
        context=orjson.loads(row.context) if row.context else {},
        status=status,
        flags=flags,
    )
