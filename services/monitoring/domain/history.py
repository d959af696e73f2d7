"""The valid readings of one patient, in lines: those of a rule's metrics in order of measurement."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from services.monitoring.domain.readings import Reading
from shared.kit.units import convert
from shared.vocabulary import Metric

Line = list[Reading]
_BY_KEY = attrgetter("observed_at", "metric", "source")
_AT = attrgetter("observed_at")


class History:
    """Readings given in any order; entered-in-error ones are left out. Lines are made once and kept."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._all = sorted((reading for reading in readings if reading.valid), key=_BY_KEY)
        self._lines: dict[tuple[Metric, ...], Line] = {}
        self.marks: dict[str, list[int]] = {}
        """By rule the places of its line that it found once and asks for again."""

    def line(self, metrics: tuple[Metric, ...]) -> Line:
        """The readings of these metrics, ordered by instant, metric, source."""
        line = self._lines.get(metrics)
        if line is None:
            line = [reading for reading in self._all if reading.metric in metrics]
            self._lines[metrics] = line
        return line


def first_from(line: Line, instant: datetime) -> int:
    """The index of the first reading measured at or after an instant."""
    return bisect_left(line, instant, key=_AT)


def place(line: Line, reading: Reading) -> int:
    """The index of a reading that is in the line."""
    return bisect_left(line, _BY_KEY(reading), key=_BY_KEY)


def value_in(reading: Reading, unit: str) -> Decimal:
    """The value of an older reading in the unit of a newer one, for a difference of the two.

    Same unit: the value itself, so that 83.4 − 82.5 is exactly 0.9. Otherwise converted to 28 digits, by which no
    difference of values with a finite decimal expansion can land on the wrong side of a bound.
    """
    if reading.unit == unit:
        return reading.value
    return convert(reading.metric, reading.value, reading.unit, unit)
