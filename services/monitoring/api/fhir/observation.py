"""FHIR Observation: the readings of a whole Bundle are stored in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.monitoring.api.fhir.measured import metrics_of
from services.monitoring.api.fhir.observation_search import PARAMETERS, search
from services.monitoring.api.fhir.observation_words import (
    Translated,
    observed_at_of,
    source_of,
    to_contract,
    to_fhir,
)
from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.reading_problems import NotStored
from services.monitoring.domain.readings import ReadingKey
from services.monitoring.usecases import readings
from shared.contracts.monitoring.readings import MAX_ITEMS, ItemResult, RecordReading, VoidReading
from shared.fhir.codes import READING_STATUS
from shared.fhir.kind import Asked, Draft, Kind, Link, Result, Stored, link, linked
from shared.fhir.outcome import Note
from shared.fhir.problems import ValueMissing
from shared.fhir.resources import Observation
from shared.kit.problems import Problem
from shared.vocabulary import ItemOutcome, ReadingStatus

_KEPT = frozenset({ItemOutcome.STORED, ItemOutcome.DUPLICATE, ItemOutcome.CORRECTED})
_VOIDED = VoidReading(reason="The sender marked it as entered in error")


@dataclass(slots=True)
class _Batch:
    """The readings of many Observations, and which of them belong to which."""

    items: list[RecordReading] = field(default_factory=list)
    parts: list[tuple[Translated, range]] = field(default_factory=list)

    def add(self, translated: Translated) -> None:
        """Keep the readings of the next Observation."""
        first = len(self.items)
        self.items.extend(translated.readings)
        self.parts.append((translated, range(first, len(self.items))))


def links(observation: Observation) -> list[Link]:
    """The patient.

    Raises:
        ValueMissing: none is named.
    """
    patient = link(observation.subject, "Patient", "Observation.subject")
    if not patient:
        raise ValueMissing("Say whose Observation it is.", expression="Observation.subject")
    return patient


async def create_many(asked: Asked, drafts: Sequence[Draft[Observation]]) -> list[Result]:
    """Store the readings of many Observations; one that is refused costs the others nothing."""
    results: dict[int, Result] = {}
    batch, waiting = _Batch(), []
    for index, draft in enumerate(drafts):
        try:
            if _is_void(draft.resource):
                results[index] = await _void(asked, draft)
                continue
            batch.add(to_contract(draft.resource, _patient(draft), draft.origin))
            waiting.append(index)
        except Problem as problem:
            results[index] = problem
    said = await _record(asked, batch.items)
    for index, (translated, span) in zip(waiting, batch.parts, strict=True):
        results[index] = _result(translated, [said[place] for place in span], drafts[index].notes)
    return [results[index] for index in range(len(drafts))]


async def read(asked: Asked, resource_id: str) -> Observation:
    """One reading; raises NotFound."""
    return to_fhir(await readings.get(asked.tx, resource_id))


async def _record(asked: Asked, items: Sequence[RecordReading]) -> list[ItemResult]:
    said: list[ItemResult] = []
    for first in range(0, len(items), MAX_ITEMS):
        part = items[first : first + MAX_ITEMS]
        done = await readings.record_batch(asked.tx, part, actor=asked.actor, now=asked.now)
        said.extend(done.items)
    return said


def _result(translated: Translated, said: Sequence[ItemResult], notes: tuple[Note, ...]) -> Result:
    kept = [one for one in said if one.outcome in _KEPT]
    refused: list[Problem] = [*translated.refused, *(_refusal(one) for one in said if one.outcome not in _KEPT)]
    if not kept:
        return refused[0]
    notes += translated.notes
    notes += tuple(Note("component.refused", f"{one.detail} ({one.code})", "Observation.component") for one in refused)
    if any(one.outcome is ItemOutcome.CORRECTED for one in kept):
        notes += (Note("reading.corrected", "It took the place of what the same id held before.", "Observation"),)
    stored = any(one.outcome is ItemOutcome.STORED for one in kept)
    return Stored(kept[0].reading_id or "", 1 if stored else None, created=stored, notes=notes)


def _refusal(said: ItemResult) -> Problem:
    assert said.issue_id is not None
    return NotStored(
        said.detail or "",
        code=said.code or NotStored.code,
        conflict=said.outcome is ItemOutcome.CONFLICT,
        issue_id=said.issue_id,
    )


def _is_void(observation: Observation) -> bool:
    return READING_STATUS.read(observation.status, at="Observation.status") is ReadingStatus.ENTERED_IN_ERROR


async def _void(asked: Asked, draft: Draft[Observation]) -> Stored:
    observation = draft.resource
    observed_at, source, patient_id = observed_at_of(observation), source_of(observation), _patient(draft)
    found = Stored("", None)
    for metric in metrics_of(observation):
        known = await readings.get(asked.tx, reading_id(patient_id, ReadingKey(observed_at, metric, source)))
        if known.status is not ReadingStatus.ENTERED_IN_ERROR:
            await readings.void(asked.tx, known.id, _VOIDED, version=known.version, actor=asked.actor, now=asked.now)
        found = Stored(known.id, None, created=False, notes=draft.notes)
    return found


def _patient(draft: Draft[Observation]) -> UUID:
    found = linked(draft.links, draft.resource.subject, "Patient")
    assert found is not None
    return found


KIND = Kind(Observation, PARAMETERS, read, search, create_many=create_many, links=links)
