"""FHIR Observation beside readings: two pure translations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from uuid import UUID

from services.monitoring.api.fhir.categories import category_of
from services.monitoring.api.fhir.measured import OWN_CODES, Value, values
from services.monitoring.domain.metrics import MEASURES, by_code, label
from shared.contracts.monitoring.readings import ReadingRead, RecordReading
from shared.contracts.people import Identifier as NamedBy
from shared.fhir.codes import COMPARATOR, LOINC, OBSERVATION_CATEGORY, READING_STATUS, UCUM
from shared.fhir.elements import CodeableConcept, Coding, Identifier, Quantity, Reference
from shared.fhir.kind import meta, to
from shared.fhir.outcome import Note
from shared.fhir.problems import NotAnInstant, ValueMissing
from shared.fhir.resources import Observation
from shared.fhir.times import instant, write
from shared.fhir.validation import made
from shared.kit.problems import Problem
from shared.vocabulary import Metric, ReadingStatus

UNKNOWN_SOURCE = "ehr"
"""Source of a reading whose Observation names no device and no meta.source."""


@dataclass(frozen=True, slots=True)
class Translated:
    """The readings of one Observation; ``refused`` are components that could not be read."""

    status: ReadingStatus
    readings: Sequence[RecordReading]
    refused: Sequence[Problem]
    notes: tuple[Note, ...]


def to_contract(observation: Observation, patient_id: UUID, origin: Identifier | None = None) -> Translated:
    """The readings an Observation holds: one, or one for each component that is a metric.

    Raises:
        NotAMetric, ValueMissing, UnitMissing, CodeAndUnitDisagree, CodeUnknown, NotAnInstant, Invalid: nothing of it
            can be read.
    """
    status = READING_STATUS.read(observation.status, at="Observation.status")
    observed_at = observed_at_of(observation)
    found = list(values(observation))
    taken = [one for one in found if isinstance(one, Value)]
    refused = [one for one in found if isinstance(one, Problem)]
    if not taken:
        raise refused[0]
    many = observation.component is not None
    readings = [
        made(
            RecordReading,
            "Observation",
            patient_id=patient_id,
            metric=one.metric,
            value=one.value,
            unit=one.unit,
            comparator=one.comparator,
            observed_at=observed_at,
            source=source_of(observation),
            external_id=_external_id(observation, origin, part=one.code if many else None),
            code=one.code,
        )
        for one in taken
    ]
    return Translated(status, readings, refused, tuple(note for one in taken for note in one.notes))


def to_fhir(read: ReadingRead) -> Observation:
    """A reading as an Observation of its own."""
    concept = label(read.metric, read.value) if read.unit == "{rank}" else None
    quantity = None if concept is not None else _quantity(read)
    return Observation(
        id=read.id,
        meta=meta(read.version, read.received_at),
        status=READING_STATUS.write(read.status),
        category=[_category(read.metric)],
        code=_code(read),
        subject=to("Patient", read.patient_id),
        effective_date_time=write(_local(read.observed_at, read.utc_offset_minutes)),
        issued=write(read.received_at),
        value_quantity=quantity,
        value_codeable_concept=CodeableConcept(text=concept) if concept is not None else None,
        device=Reference(display=read.source),
    )


def source_of(observation: Observation) -> str:
    """Which device or system measured it: the same instant from another source is another reading."""
    device = observation.device
    named = device and (device.display or device.reference or (device.identifier and device.identifier.value))
    stated = named or (observation.meta and observation.meta.source) or UNKNOWN_SOURCE
    return stated[:100]


def observed_at_of(observation: Observation) -> datetime:
    """When it was measured, with the offset it was sent with.

    Raises:
        ValueMissing, NotAnInstant.
    """
    text = observation.effective_date_time or observation.effective_instant
    if text is None:
        raise ValueMissing("Say when it was measured, with its offset.", expression="Observation.effectiveDateTime")
    moment = instant(text)
    if moment is None:
        raise NotAnInstant(
            "A day is not enough: send the time of measurement with its offset.",
            expression="Observation.effectiveDateTime",
        )
    return moment


def _external_id(observation: Observation, origin: Identifier | None, *, part: str | None) -> NamedBy | None:
    named = next((one for one in observation.identifier or () if one.system and one.value), origin)
    if named is not None and named.system and named.value:
        system, value = named.system, named.value
    elif observation.id and observation.meta and observation.meta.source:
        system, value = observation.meta.source, f"Observation/{observation.id}"
    else:
        return None
    # The readings of a panel share its identifier: the code of the component tells them apart.
    return made(NamedBy, "Observation.identifier", system=system, value=f"{value}#{part}" if part else value)


def _local(moment: datetime, offset_minutes: int) -> datetime:
    return moment.astimezone(timezone(timedelta(minutes=offset_minutes)))


def _code(read: ReadingRead) -> CodeableConcept:
    measure = MEASURES[read.metric]
    found = by_code(read.code) if read.code else None
    if read.code and found is not None and found.metric is read.metric:
        return _coded(LOINC, read.code, measure.title)
    fitting = [one.code for one in measure.codes if one.unit in (None, read.unit)]
    if fitting:
        return _coded(LOINC, fitting[0], measure.title)
    return _coded(OWN_CODES, read.metric.value, measure.title)


def _coded(system: str, code: str, text: str) -> CodeableConcept:
    return CodeableConcept(coding=[Coding(system=system, code=code)], text=text)


def _category(metric: Metric) -> CodeableConcept:
    return CodeableConcept(coding=[Coding(system=OBSERVATION_CATEGORY, code=category_of(metric))])


def _quantity(read: ReadingRead) -> Quantity:
    comparator = COMPARATOR.write(read.comparator) if read.comparator else None
    return Quantity(value=read.value, comparator=comparator, unit=read.unit, system=UCUM, code=read.unit)
