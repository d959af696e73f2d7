"""From an Observation's code and value to a metric, a value and a unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from services.monitoring.domain.metrics import MEASURES, PANELS, by_code, coded
from shared.fhir.codes import COMPARATOR, LOINC, UCUM
from shared.fhir.elements import CodeableConcept, Quantity
from shared.fhir.outcome import Note
from shared.fhir.problems import AtPlace, ValueMissing
from shared.fhir.resources import Component, Observation
from shared.kit.problems import Problem
from shared.kit.units import read_unit
from shared.vocabulary import Comparator, Metric

OWN_CODES = "urn:careweave:metric"
"""System of the metrics that have no verified LOINC code (clinical §1.1)."""
_METRICS = frozenset(Metric)
_DIGITS = 8  # what a reading keeps after the point


class NotAMetric(AtPlace):
    code = "observation.not-a-metric"
    title = "No protocol follows this"


class CodeAndUnitDisagree(AtPlace):
    code = "observation.code-unit-mismatch"
    title = "The code says another unit than the value"


class UnitMissing(AtPlace):
    code = "unit.missing"
    title = "The value has no unit"


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it was measured; ``code`` is the LOINC code it came under."""

    metric: Metric
    code: str
    value: Decimal
    unit: str
    comparator: Comparator | None
    notes: tuple[Note, ...]


Part = Observation | Component


def values(observation: Observation) -> Iterator[Value | Problem]:
    """The values of an Observation: its own, or one for each component of a panel that is a metric.

    A component that is refused is given as its Problem, so that the others can be stored.

    Raises:
        NotAMetric: neither it nor any component is a metric of the dictionary.
    """
    codes = loinc(observation.code)
    if not PANELS & set(codes):
        yield one_value(observation, at="Observation")
        return
    parts = [(index, part) for index, part in enumerate(observation.component or ()) if metric_of(part.code)]
    if not parts:
        raise NotAMetric("No component of this panel is followed by a protocol.", expression="Observation.component")
    for index, part in parts:
        try:
            yield one_value(part, at=f"Observation.component[{index}]")
        except Problem as problem:
            yield problem


def one_value(part: Part, *, at: str) -> Value:
    """The one value of an Observation or component.

    Raises:
        NotAMetric, ValueMissing, UnitMissing, CodeAndUnitDisagree, CodeUnknown.
    """
    named = metric_of(part.code)
    if named is None:
        raise NotAMetric("Its LOINC code is not one of the metrics that protocols follow.", expression=f"{at}.code")
    metric, code = named
    if part.value_quantity is not None:
        return _quantity(metric, code, part.value_quantity, at=f"{at}.valueQuantity")
    if part.value_integer is not None:
        unit = MEASURES[metric].canonical
        return Value(metric, code, Decimal(part.value_integer), unit, None, ())
    return _concept(metric, code, part.value_codeable_concept, at=at)


def metric_of(concept: CodeableConcept) -> tuple[Metric, str] | None:
    """The metric a concept means, and the code that says so: LOINC, or the metric's own key."""
    for code in loinc(concept):
        found = by_code(code)
        if found is not None:
            return found.metric, code
    own = [one.code for one in concept.coding or () if one.system == OWN_CODES and one.code in _METRICS]
    return (Metric(own[0]), own[0]) if own and own[0] else None


def metrics_of(observation: Observation) -> list[Metric]:
    """The metrics of an Observation and its components, whether or not they have values.

    Raises:
        NotAMetric: there is none.
    """
    concepts = [observation.code, *(part.code for part in observation.component or ())]
    found = [named[0] for concept in concepts if (named := metric_of(concept)) is not None]
    if not found:
        raise NotAMetric("None of its codes is a metric that protocols follow.", expression="Observation.code")
    return found


def loinc(concept: CodeableConcept) -> list[str]:
    """The LOINC codes of a concept, in their order."""
    return [one.code for one in concept.coding or () if one.system == LOINC and one.code]


def _quantity(metric: Metric, code: str, quantity: Quantity, *, at: str) -> Value:
    if quantity.value is None:
        raise ValueMissing("The quantity has no value.", expression=f"{at}.value")
    unit = _unit(metric, quantity)
    if unit is None:
        raise UnitMissing("Send the unit as a UCUM code: no unit is ever assumed.", expression=f"{at}.code")
    matched = by_code(code, unit)
    if matched is not None and matched.mismatch:
        raise CodeAndUnitDisagree(
            f"LOINC {code} is for another kind of unit than {unit}. Check which of the two is right.", expression=at
        )
    meant = read_unit(unit, metric)
    notes: tuple[Note, ...] = (Note("unit.mapped", meant.note, at),) if meant is not None and meant.note else ()
    kept = _kept(quantity.value)
    if kept != quantity.value:
        notes += (Note("value.rounded", f"The value was rounded to {_DIGITS} digits after the point.", at),)
    comparator = COMPARATOR.read(quantity.comparator, at=f"{at}.comparator") if quantity.comparator else None
    return Value(metric, code, kept, unit, comparator, notes)


def _unit(metric: Metric, quantity: Quantity) -> str | None:
    # The code where it can be read, else what is printed beside the value; a foreign code is no unit.
    code = quantity.code if quantity.system in (None, UCUM) else None
    if code is not None and (read_unit(code, metric) is not None or quantity.unit is None):
        return code
    return quantity.unit or code


def _kept(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return round(value, _DIGITS) if isinstance(exponent, int) and exponent < -_DIGITS else value


def _concept(metric: Metric, code: str, concept: CodeableConcept | None, *, at: str) -> Value:
    if concept is None:
        raise ValueMissing("There is no value here that can be read.", expression=f"{at}.value")
    words = [one.code for one in concept.coding or ()] + [one.display for one in concept.coding or ()]
    rank = coded(metric, *words, concept.text)
    if rank is None:
        raise ValueMissing(f"This coded value is not one of the scale of {metric}.", expression=f"{at}.value")
    return Value(metric, code, rank, "{rank}", None, ())
