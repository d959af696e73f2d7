"""A reading is one measured value as it was received; its key says when two of them are the same (domain §5.2)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from shared.vocabulary import Comparator, ItemOutcome, Metric, ReadingStatus


class ReadingKey(NamedTuple):
    """What makes a reading one, within a patient. Keys sort by time of measurement."""

    observed_at: datetime
    metric: Metric
    source: str


class Reading(NamedTuple):
    """A value of one patient in the unit it was sent in (UCUM, aliases already mapped).

    ``observed_at`` and ``received_at`` are aware. After a correction ``received_at`` is when the correction came, so
    that a late one informs and pages nobody. Coded metrics carry the rank of the code in ``{rank}``
    (:func:`services.monitoring.domain.metrics.coded`), a symptom report the number of symptoms in ``{count}``.
    ``context`` holds what was true, such as ``fasting``, ``meal:before``, ``on-oxygen``, ``verified``.
    """

    metric: Metric
    value: Decimal
    unit: str
    observed_at: datetime
    received_at: datetime
    source: str
    comparator: Comparator | None = None
    symptoms: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()
    status: ReadingStatus = ReadingStatus.FINAL
    flags: frozenset[str] = frozenset()

    @property
    def key(self) -> ReadingKey:
        """When, what, from where."""
        return ReadingKey(self.observed_at, self.metric, self.source)

    @property
    def valid(self) -> bool:
        """Whether rules and charts may use it."""
        return self.status is not ReadingStatus.ENTERED_IN_ERROR


def same_content(one: Reading, other: Reading) -> bool:
    """Whether two readings say the same: 5.6 and 5.60 do, 5.6 mmol/L and 100.9 mg/dL do not."""
    return (
        one.value == other.value
        and one.unit == other.unit
        and one.comparator == other.comparator
        and (one.metric is not Metric.SYMPTOMS or one.symptoms == other.symptoms)
    )


def outcome(incoming: Reading, at_key: Reading | None, known: Reading | None = None) -> ItemOutcome:
    """What becomes of an accepted reading.

    ``at_key`` is what is stored under its key, also when entered in error; ``known`` what is stored under its external
    id. A known id with other content or another key is a correction of that reading; a value that was voided does
    not come back by being sent again, but another value in its place does.
    """
    if known is not None:
        same = known.key == incoming.key and same_content(known, incoming)
        return ItemOutcome.DUPLICATE if same else ItemOutcome.CORRECTED
    if at_key is None:
        return ItemOutcome.STORED
    if same_content(at_key, incoming):
        return ItemOutcome.DUPLICATE
    return ItemOutcome.CONFLICT if at_key.valid else ItemOutcome.CORRECTED


def circumstances(context: Mapping[str, object]) -> tuple[frozenset[str], frozenset[str]]:
    """The context of a reading as (what was true, symptoms): ``{"meal": "before"}`` becomes ``meal:before``."""
    true: set[str] = set()
    symptoms: set[str] = set()
    for name, value in context.items():
        if name == "symptoms":
            symptoms.update([value] if isinstance(value, str) else map(str, value) if isinstance(value, list) else ())
        elif value is True:
            true.add(name)
        elif isinstance(value, str):
            true.add(f"{name}:{value}")
    return frozenset(true), frozenset(symptoms)
