"""Device days: local days with at least one accepted reading that a device sent by itself (clinical §2.5).

Sent by itself: its source is a device that was with the patient when it was measured and that transmits, and nobody
typed it in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from services.monitoring.domain.time_entries import Month
from shared.vocabulary import Metric

PERIOD = timedelta(days=30)
_DAY = timedelta(days=1)

# What devices at home measure. A value from a laboratory or a questionnaire is no device's, whoever sends it.
BY_DEVICE: tuple[Metric, ...] = (
    Metric.GLUCOSE_SMBG,
    Metric.GLUCOSE_FASTING,
    Metric.GLUCOSE_CGM,
    Metric.KETONE_BLOOD,
    Metric.BODY_WEIGHT,
    Metric.BP_SYSTOLIC,
    Metric.BP_DIASTOLIC,
    Metric.HEART_RATE,
    Metric.RESP_RATE,
    Metric.SPO2,
    Metric.TEMPERATURE,
    Metric.PEF,
    Metric.FEV1,
)
RESPIRATORY: tuple[Metric, ...] = (Metric.PEF, Metric.FEV1)
TYPED = "manual"
"""``context.entry`` of a reading that somebody typed in; such a day does not count."""


@dataclass(frozen=True, slots=True)
class Window:
    """A period of 30 local days, both ends included, and the device days in it."""

    first: date
    last: date
    days: tuple[date, ...]


def windows(first_use: date | None, month: Month) -> tuple[tuple[date, date], ...]:
    """The 30-day periods that touch a month: one after another from the day of first use, not by the calendar."""
    if first_use is None:
        return ()
    begins, ends = month.first, month.following.first - _DAY
    number = max(0, (begins - first_use) // PERIOD)
    found = []
    while (start := first_use + number * PERIOD) <= ends:
        found.append((start, start + PERIOD - _DAY))
        number += 1
    return tuple(found)


def counted(span: tuple[date, date], days: Iterable[date]) -> Window:
    """One period with the days that lie in it, each once."""
    return Window(*span, tuple(sorted({day for day in days if span[0] <= day <= span[1]})))
