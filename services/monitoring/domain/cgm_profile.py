"""The ambulatory glucose profile: the days of a sensor report laid over each other, hour by hour (clinical §1.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.monitoring.domain.cgm import Point

PERCENTILES = (5, 25, 50, 75, 95)
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the patient's day: how many readings, and their percentiles in mg/dL, in order of ``PERCENTILES``."""

    hour: int
    readings: int
    percentiles: tuple[Decimal, ...]


def profile(points: Iterable[Point], zone: str) -> tuple[Hour, ...]:
    """The hours of the patient's ``zone`` in which there is any reading, from midnight on."""
    local = ZoneInfo(zone)
    hours: dict[int, list[Decimal]] = {}
    for point in points:
        hours.setdefault(point.at.astimezone(local).hour, []).append(point.mass)
    return tuple(_hour(hour, sorted(hours[hour])) for hour in sorted(hours))


def _hour(hour: int, values: list[Decimal]) -> Hour:
    return Hour(hour, len(values), tuple(_percentile(values, each) for each in PERCENTILES))


def _percentile(values: list[Decimal], percent: int) -> Decimal:
    """Between the two nearest values in proportion, as spreadsheets do it."""
    place, part = divmod((len(values) - 1) * percent, _HUNDRED)
    if not part:
        return values[place]
    return values[place] + (values[place + 1] - values[place]) * part / _HUNDRED
