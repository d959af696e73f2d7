"""Sort the items of a batch into readings that may be stored and items that are set aside, each for itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from services.monitoring.domain.metrics import (
    Accepted,
    Refused,
    canonical,
    judge,
    judge_count,
    judge_pressures,
    judge_symptoms,
    known_symptoms,
)
from services.monitoring.domain.readings import Reading, circumstances
from services.monitoring.store.readings import New, Place
from shared.contracts.monitoring.readings import Item, RecordReading, UnreadableItem
from shared.kit.zones import before_birth
from shared.vocabulary import ItemOutcome, Metric

Pair = tuple[str, str]
_NOTHING: frozenset[str] = frozenset()
_MINUTE = timedelta(minutes=1)
_BEFORE_BIRTH = Refused(
    "time.before-birth",
    "It was measured before the patient's birth date. Check the clock of the device and whose value it is, or correct "
    "the birth date, and send it again.",
    quarantine=True,
)
_PRESSURES = frozenset({Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC})


# Not frozen, which would take longer to make than all that is judged.
@dataclass(slots=True)
class Sent:
    """An item that may be stored."""

    index: int
    body: RecordReading
    patient_id: UUID
    reading: Reading
    notes: tuple[str, ...]
    row: New
    beside: Refused | None = None

    @property
    def place(self) -> Place:
        """The key it is stored under."""
        return Place._make(self.row[:4])


@dataclass(frozen=True, slots=True)
class SetAside:
    """An item that is not stored, with the reason; it becomes a reading issue."""

    index: int
    item: Item
    patient_id: UUID | None
    outcome: ItemOutcome
    code: str
    detail: str


def named(items: Sequence[Item]) -> set[Pair]:
    """The identifiers by which items name their patients."""
    return {
        (item.patient_identifier.system, item.patient_identifier.value)
        for item in items
        if isinstance(item, RecordReading) and item.patient_identifier is not None
    }


def patient_of(item: RecordReading, owners: Mapping[Pair, UUID]) -> UUID | None:
    """Whom an item names; None when it names nobody, or nobody known."""
    who = item.patient_identifier
    if who is None:
        return item.patient_id
    return owners.get((who.system, who.value)) if item.patient_id is None else None


def sort_out(items: Sequence[Item], owners: Mapping[Pair, UUID], *, now: datetime) -> tuple[list[Sent], list[SetAside]]:
    """Items in the order sent: those that may be stored for a patient who is still to be looked up, and the others."""
    sent: list[Sent] = []
    aside: list[SetAside] = []
    for index, item in enumerate(items):
        judged = _judged(index, item, owners, now)
        if isinstance(judged, Sent):
            sent.append(judged)
        else:
            aside.append(judged)
    if any(each.reading.metric in _PRESSURES for each in sent):
        sent = _pressures_checked(sent, aside)
    return sent, aside


def judged(item: RecordReading, now: datetime) -> Accepted | Refused:
    """Whether the value may be stored, and then whether what was reported with it is understood.

    A value and a known symptom count whatever stands beside them: what is not understood is set aside by itself.
    """
    verdict = judge(item.metric, item.value, item.unit, item.comparator, observed_at=item.observed_at, now=now)
    if isinstance(verdict, Refused):
        return verdict
    named: Any = item.context.get("symptoms", []) if item.context else []
    beside = judge_symptoms(named) if named != [] else None
    if beside is None and item.metric is Metric.SYMPTOMS:
        beside = judge_count(item.value, len(set(named)))
    if beside is None:
        return verdict
    stands = item.metric is not Metric.SYMPTOMS or known_symptoms(named)
    return replace(verdict, beside=beside) if stands else beside


def refused(index: int, item: Item, patient_id: UUID | None, why: Refused) -> SetAside:
    """What the metric dictionary refuses: put aside for a person where it was understood, else back to the sender."""
    outcome = ItemOutcome.QUARANTINED if why.quarantine else ItemOutcome.REFUSED
    return SetAside(index, item, patient_id, outcome, why.code, why.sentence)


def reading(item: RecordReading, verdict: Accepted, now: datetime) -> Reading:
    """The accepted item as rules see it."""
    true, symptoms = circumstances(item.context) if item.context else (_NOTHING, _NOTHING)
    at = item.observed_at.astimezone(UTC)
    found = Reading(item.metric, item.value, verdict.unit, at, now, item.source, item.comparator, symptoms, true)
    return found._replace(flags=verdict.flags) if verdict.flags else found


def unknown(index: int, item: Item) -> SetAside:
    """Nobody in this organization."""
    why = "No such patient in your organization. Register the patient first, then send the reading again."
    return SetAside(index, item, None, ItemOutcome.REFUSED, "patient.unknown", why)


def lived(sent: Sequence[Sent], born: Mapping[UUID, date]) -> tuple[list[Sent], list[SetAside]]:
    """Those measured in the patient's life, and those from before the birth date that is on record."""
    early = {each.index for each in sent if before_birth(each.reading.observed_at, born[each.patient_id])}
    aside = [refused(each.index, each.body, each.patient_id, _BEFORE_BIRTH) for each in sent if each.index in early]
    return [each for each in sent if each.index not in early], aside


def accepted(index: int, body: RecordReading, patient_id: UUID, reading: Reading, verdict: Accepted) -> Sent:
    """An item with the row it will be."""
    return Sent(index, body, patient_id, reading, verdict.notes, _row(patient_id, body, reading), verdict.beside)


def _row(patient_id: UUID, body: RecordReading, reading: Reading) -> New:
    offset = body.observed_at.utcoffset() or timedelta()
    # In the order of its fields: by name it takes twice as long to make.
    return New(
        patient_id,
        reading.metric.value,
        reading.observed_at,
        reading.source,
        reading.value,
        reading.unit,
        _in_canonical(reading),
        offset // _MINUTE,
        body.unit if body.unit != reading.unit else None,
        reading.comparator.value if reading.comparator else None,
        body.code,
        orjson.dumps(body.context, default=str).decode() if body.context else None,
        "{" + ",".join(sorted(reading.flags)) + "}" if reading.flags else "{}",
    )


def _in_canonical(reading: Reading) -> Decimal:
    # Charts need no more than six decimals.
    value, unit = canonical(reading.metric, reading.value, reading.unit)
    return value if unit == reading.unit else round(value, 6)


def _judged(index: int, item: Item, owners: Mapping[Pair, UUID], now: datetime) -> Sent | SetAside:
    if isinstance(item, UnreadableItem):
        return SetAside(index, item, None, ItemOutcome.REFUSED, item.code, item.detail)
    if (item.patient_id is None) == (item.patient_identifier is None):
        why = "Name the patient by exactly one of patient_id and patient_identifier."
        return SetAside(index, item, None, ItemOutcome.REFUSED, "patient.unclear", why)
    patient_id = patient_of(item, owners)
    if patient_id is None:
        return unknown(index, item)
    verdict = judged(item, now)
    if isinstance(verdict, Refused):
        return refused(index, item, patient_id, verdict)
    return accepted(index, item, patient_id, reading(item, verdict, now), verdict)


def _pressures_checked(sent: list[Sent], aside: list[SetAside]) -> list[Sent]:
    """Judge systolic and diastolic values of one measurement together."""
    pairs: dict[tuple[UUID, datetime, str], dict[Metric, Sent]] = {}
    for each in sent:
        if each.reading.metric in _PRESSURES:
            at = (each.patient_id, each.reading.observed_at, each.reading.source)
            pairs.setdefault(at, {})[each.reading.metric] = each
    changed: dict[int, Sent | None] = {}
    for pair in pairs.values():
        if len(pair) == len(_PRESSURES):
            changed |= _paired(pair[Metric.BP_SYSTOLIC], pair[Metric.BP_DIASTOLIC], aside)
    judged = (changed.get(each.index, each) for each in sent)
    return [each for each in judged if each is not None]


def _paired(systolic: Sent, diastolic: Sent, aside: list[SetAside]) -> dict[int, Sent | None]:
    verdict = judge_pressures(systolic.reading.value, diastolic.reading.value)
    both = (systolic, diastolic)
    if isinstance(verdict, Refused):
        aside.extend(refused(each.index, each.body, each.patient_id, verdict) for each in both)
        return {each.index: None for each in both}
    if not verdict.flags:
        return {}
    return {each.index: flagged(each, verdict) for each in both}


def flagged(sent: Sent, verdict: Accepted) -> Sent:
    """The item with the flags of a verdict beside its own."""
    marked = sent.reading._replace(flags=sent.reading.flags | verdict.flags)
    return replace(sent, reading=marked, row=_row(sent.patient_id, sent.body, marked))


def left_over(sent: Iterable[Sent]) -> list[SetAside]:
    """What of stored items is for a person all the same."""
    return [refused(each.index, each.body, each.patient_id, each.beside) for each in sent if each.beside is not None]
