"""The home average of blood pressure as a report (clinical §1.6, S34; LOINC 96607-7): pairs, days, provisional."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.monitoring.domain.readings import Reading
from shared.vocabulary import Metric

FEW = 12
"""With fewer readings the average is provisional (clinical §1.1)."""
LEAST_DAYS = 3
GOAL = (Decimal(130), Decimal(80))
"""Below both [2025 AHA/ACC, clinical §1.6]."""
PANEL, SYSTOLIC, DIASTOLIC = "96607-7", "96608-5", "96609-3"
NOT_HOME = frozenset({"office", "setting:office", "cuffless"})
_MORNING_ENDS = 12


@dataclass(frozen=True, slots=True)
class Average:
    """Means in mm[Hg]; ``readings`` are pairs. ``left_out`` is the first day, where it was."""

    systolic: Decimal
    diastolic: Decimal
    readings: int
    mornings: int
    days: int
    left_out: date | None
    first_at: datetime
    last_at: datetime

    @property
    def provisional(self) -> bool:
        """Whether too few were measured to rest a decision on it."""
        return self.readings < FEW or self.days < LEAST_DAYS

    @property
    def at_goal(self) -> bool:
        """Whether both means are below the default goal."""
        return self.systolic < GOAL[0] and self.diastolic < GOAL[1]


def average(readings: Iterable[Reading], *, zone: str, first_day: bool) -> Average | None:
    """The mean of the pairs of a period; None when there are none.

    The first day is left out unless ``first_day``, or where fewer than three others would remain: on it people are
    tense. A systolic and a diastolic value of one instant and source are a pair; others are not counted.
    """
    pairs = _pairs(readings)
    days = sorted({_day(at, zone) for at in pairs})
    left_out = days[0] if not first_day and len(days) > LEAST_DAYS else None
    kept = {at: pair for at, pair in pairs.items() if _day(at, zone) != left_out}
    if not kept:
        return None
    count = len(kept)
    return Average(
        systolic=sum((pair[0] for pair in kept.values()), Decimal(0)) / count,
        diastolic=sum((pair[1] for pair in kept.values()), Decimal(0)) / count,
        readings=count,
        mornings=sum(at.astimezone(ZoneInfo(zone)).hour < _MORNING_ENDS for at in kept),
        days=len(days) - (left_out is not None),
        left_out=left_out,
        first_at=min(kept),
        last_at=max(kept),
    )


def _pairs(readings: Iterable[Reading]) -> dict[datetime, tuple[Decimal, Decimal]]:
    parts: dict[tuple[datetime, str], dict[Metric, Decimal]] = {}
    for each in readings:
        if each.valid and each.comparator is None and NOT_HOME.isdisjoint(each.context):
            parts.setdefault((each.observed_at, each.source), {})[each.metric] = each.value
    both = (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC)
    return {
        at: (found[both[0]], found[both[1]])
        for (at, _), found in sorted(parts.items(), reverse=True)
        if all(metric in found for metric in both)
    }


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
