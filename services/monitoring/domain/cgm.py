"""The sensor report of two weeks: active time, time in ranges, mean, GMI and variation (clinical §1.2, S4, S9, S10).

Each value falls into its range in the unit it was sent in, by the published pair (L5). Shares are of the readings that
were received, active time is of those that were expected.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from services.monitoring.domain.bounds import Bound, Side, bound, meets
from services.monitoring.domain.cgm_targets import TARGETS, Aim
from shared.kit.units import convert
from shared.vocabulary import CgmPopulation, Comparator, Metric

PERIOD = timedelta(days=14)
LEAST_ACTIVE = Decimal(70)  # % of the expected readings
_VERY_LOW = bound("cgm.very-low", "54 mg/dL", "3.0 mmol/L")
_VERY_HIGH = bound("cgm.very-high", "250 mg/dL", "13.9 mmol/L")
_LOW = bound("cgm.low", "70 mg/dL", "3.9 mmol/L")
_HIGH = bound("cgm.high", "180 mg/dL", "10.0 mmol/L")
RANGES: Mapping[CgmPopulation, tuple[Bound, Bound]] = {
    CgmPopulation.ADULT: (_LOW, _HIGH),
    CgmPopulation.OLDER: (_LOW, _HIGH),
    CgmPopulation.PREGNANCY: (
        bound("cgm.pregnancy-low", "63 mg/dL", "3.5 mmol/L"),
        bound("cgm.pregnancy-high", "140 mg/dL", "7.8 mmol/L"),
    ),
}
_HUNDRED = Decimal(100)
_USUAL_GAP = timedelta(minutes=5)
_LONGEST_GAP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Point:
    """One sensor value as it was received; ``at`` is aware."""

    at: datetime
    value: Decimal
    unit: str
    comparator: Comparator | None = None

    @property
    def mass(self) -> Decimal:
        """The value in mg/dL, for mean and variation; LO and HI count as the edge of the sensor's range."""
        return convert(Metric.GLUCOSE_CGM, self.value, self.unit, "mg/dL")


@dataclass(frozen=True, slots=True)
class Figure:
    """A share in per cent with the readings behind it, and the target it is held against."""

    percent: Decimal
    readings: int
    aim: Aim | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class CgmReport:
    """``insufficient`` says why no conclusion may be drawn; empty when there is enough. Glucose in mg/dL."""

    received: int
    expected: int
    every: timedelta
    days_worn: int
    active: Decimal
    insufficient: tuple[str, ...]
    mean: Decimal
    deviation: Decimal | None
    variation: Figure | None
    gmi_percent: Decimal
    gmi_mmol_mol: Decimal
    very_low: Figure
    low: Figure
    below: Figure
    in_range: Figure
    above: Figure
    high: Figure
    very_high: Figure


def report(
    points: Iterable[Point], start: datetime, end: datetime, *, population: CgmPopulation, zone: str
) -> CgmReport | None:
    """What the readings from ``start`` to before ``end`` (aware) say; None when there are none.

    Readings of one instant are one; days are those of the patient's ``zone``.
    """
    known = {point.at: point for point in points if start <= point.at < end}
    line = [known[at] for at in sorted(known)]
    if not line:
        return None
    every = _interval(line)
    expected = max(1, (end - start) // every)
    active = min(_HUNDRED, _HUNDRED * len(line) / expected)
    masses = [point.mass for point in line]
    mean = sum(masses, Decimal(0)) / len(masses)
    deviation = _deviation(masses, mean)
    aims = TARGETS[population]
    shares = _shares(line, *RANGES[population], aims)
    variation = None if deviation is None else _HUNDRED * deviation / mean
    return CgmReport(
        received=len(line),
        expected=expected,
        every=every,
        days_worn=len({point.at.astimezone(ZoneInfo(zone)).date() for point in line}),
        active=active,
        insufficient=tuple(_insufficient(active, end - start)),
        mean=mean,
        deviation=deviation,
        variation=None if variation is None else _held(variation, len(line), aims.get("variation")),
        gmi_percent=gmi_percent(mean),
        gmi_mmol_mol=gmi_mmol_mol(convert(Metric.CGM_MEAN, mean, "mg/dL", "mmol/L")),
        **shares,
    )


def gmi_percent(mean: Decimal) -> Decimal:
    """Glucose management indicator in % from the mean in mg/dL (S10)."""
    return Decimal("3.31") + Decimal("0.02392") * mean


def gmi_mmol_mol(mean: Decimal) -> Decimal:
    """Glucose management indicator in mmol/mol from the mean in mmol/L (S10)."""
    return Decimal("12.71") + Decimal("4.70587") * mean


def _interval(line: Sequence[Point]) -> timedelta:
    """How often the sensor speaks: the usual gap, to the minute; 5 min where it cannot be told."""
    gaps = [(after.at - before.at).total_seconds() for before, after in pairwise(line)]
    usual = timedelta(minutes=round(median(gaps) / 60)) if gaps else _USUAL_GAP
    return usual if timedelta(minutes=1) <= usual <= _LONGEST_GAP else _USUAL_GAP


def _deviation(values: Sequence[Decimal], mean: Decimal) -> Decimal | None:
    """The standard deviation of the sample; nothing to tell from a single value."""
    if len(values) < 2:
        return None
    squares = sum(((value - mean) ** 2 for value in values), Decimal(0))
    return (squares / (len(values) - 1)).sqrt()


def _insufficient(active: Decimal, length: timedelta) -> Iterable[str]:
    if active < LEAST_ACTIVE:
        yield f"The sensor was active {round(active, 1)} % of the time; a report needs {LEAST_ACTIVE} %."
    if length < PERIOD:
        yield f"The period is {length.days} days; a report needs {PERIOD.days}."


def _shares(line: Sequence[Point], low: Bound, high: Bound, aims: Mapping[str, Aim]) -> dict[str, Figure]:
    very_low = _counted(line, Side.BELOW, _VERY_LOW)
    below = _counted(line, Side.BELOW, low)
    above = _counted(line, Side.ABOVE, high)
    very_high = _counted(line, Side.ABOVE, _VERY_HIGH)
    counts = {
        "very_low": very_low,
        "low": below - very_low,
        "below": below,
        "in_range": len(line) - below - above,
        "above": above,
        "high": above - very_high,
        "very_high": very_high,
    }
    return {name: _held(_HUNDRED * count / len(line), count, aims.get(name)) for name, count in counts.items()}


def _counted(line: Sequence[Point], side: Side, limit: Bound) -> int:
    return sum(meets(side, point.value, point.comparator, limit.at[point.unit]) for point in line)


def _held(percent: Decimal, readings: int, aim: Aim | None) -> Figure:
    return Figure(percent, readings, aim, None if aim is None else aim.met(percent))
