"""What is told of one patient under one protocol: a row for each side of each threshold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.local.stories.patient import NO_ALERT, Value
from shared.vocabulary import Metric, Symptom

__all__ = ["NO_ALERT", "Told", "holds", "measured", "one", "pressure", "reported", "score"]


@dataclass(frozen=True, slots=True)
class Told:
    """One row: when, in words, what was measured or reported, and what the alerts then say.

    ``sides`` names the bounds of the protocol that it lies just beside: ``act.not-well+`` where the bound is reached,
    ``act.not-well-`` where it is not yet. ``earlier`` are values of before, each with its own instant; ``fact`` is a
    circumstance that begins with the row. ``noted``: what is only recorded with a reading is told too.
    """

    when: str
    event: str
    expected: str = NO_ALERT
    sides: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    earlier: tuple[tuple[str, Value], ...] = ()
    fact: str = ""
    noted: bool = False


def measured(when: str, event: str, *values: Value, says: str = NO_ALERT, sides: str = "", **more: Any) -> Told:
    """Values that were measured; keywords beside are circumstances of the measurement."""
    return Told(when, event, says, tuple(sides.split()), values, context=more)


def reported(when: str, event: str, *symptoms: Symptom, says: str = NO_ALERT, sides: str = "") -> Told:
    """Symptoms that were reported."""
    return Told(when, event, says, tuple(sides.split()), symptoms=symptoms)


def holds(when: str, event: str, fact: str, says: str = "") -> Told:
    """A circumstance begins; ``says`` names all that then hold."""
    return Told(when, event, f"holds: {says or fact}", fact=fact)


def one(metric: Metric, unit: str, value: str) -> Value:
    """One value."""
    return metric, value, unit


def score(metric: Metric, value: str) -> Value:
    """A score."""
    return one(metric, "{score}", value)


def pressure(text: str) -> tuple[Value, ...]:
    """``120/80``, or the systolic alone."""
    systolic, _, diastolic = text.partition("/")
    upper = one(Metric.BP_SYSTOLIC, "mm[Hg]", systolic)
    return (upper, one(Metric.BP_DIASTOLIC, "mm[Hg]", diastolic)) if diastolic else (upper,)
