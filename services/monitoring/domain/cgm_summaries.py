"""The daily summary of a sensor as readings of its own: which days, and what is kept of the report (clinical §1.2).

A summary says what the 14 days before a local midnight came to and stands at that midnight. What the sensor's own
software or an EHR sends for a day stands instead of it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from services.monitoring.domain.cgm import PERIOD, CgmReport, Figure
from shared.kit.calendar import Calendar
from shared.kit.units import plain
from shared.vocabulary import Metric

SOURCE = "computed:cgm-14-days"
"""How a computed summary names its source."""
AFTER_MIDNIGHT = timedelta(hours=4)  # [default] sensors that upload in the morning are in it
LATE = timedelta(days=30)  # [default] summaries of so many days follow data that come late
_DAY = timedelta(days=1)
# Shares of up to 20,160 readings (one a minute) that differ from a bound differ by more; halves are rounded to even,
# so that two shares of which the exact sum is a bound still sum to it.
_DIGITS = Decimal("0.000001")
UNITS: Mapping[Metric, str] = {
    Metric.CGM_TIR: "%",
    Metric.CGM_TBR_1: "%",
    Metric.CGM_TBR_2: "%",
    Metric.CGM_TAR_1: "%",
    Metric.CGM_TAR_2: "%",
    Metric.CGM_MEAN: "mg/dL",
    Metric.CGM_GMI: "%",
    Metric.CGM_CV: "%",
    Metric.CGM_DAYS: "d",
    Metric.CGM_ACTIVE: "%",
}


def due_after(now: datetime, zone: str) -> datetime:
    """When the next summary is looked at: the morning of the next local day."""
    calendar = Calendar(zone)
    return calendar.start_of(calendar.day_of(now) + _DAY) + AFTER_MIDNIGHT


def ends(
    now: datetime, zone: str, changed_from: datetime | None, begun_at: datetime
) -> tuple[tuple[date, datetime], ...]:
    """The local days, each with its midnight, whose summaries have to be looked at; the last is today's.

    ``changed_from`` (aware) is the earliest instant whose data came or changed since the last look: every period it
    lies in, no more than :data:`LATE` ago and not from before summaries ``begun_at``.
    """
    calendar = Calendar(zone)
    today = calendar.day_of(now)
    first = today
    if changed_from is not None:
        first = min(today, max(calendar.day_of(each) for each in (changed_from, now - LATE, begun_at)))
    days = (first + number * _DAY for number in range((today - first).days + 1))
    return tuple((day, calendar.start_of(day)) for day in days)


def start(end: datetime) -> datetime:
    """When the period that ends at a midnight began; whole days of 24 hours, also where the clocks change."""
    return end - PERIOD


def told_by_others(day: date, zone: str, instants: Iterable[datetime]) -> bool:
    """Whether somebody else sent a summary for this day or the one before it."""
    calendar = Calendar(zone)
    return any(day - _DAY <= calendar.day_of(at) <= day for at in instants)


def figures(report: CgmReport) -> dict[Metric, Decimal]:
    """What is kept of a report, in :data:`UNITS`.

    Of one with too little data the GMI is left out: it would count as the patient's glycaemic status.
    """
    found: dict[Metric, Decimal] = {
        Metric.CGM_TIR: report.in_range.percent,
        Metric.CGM_TBR_1: report.low.percent,
        Metric.CGM_TBR_2: report.very_low.percent,
        Metric.CGM_TAR_1: report.high.percent,
        Metric.CGM_TAR_2: report.very_high.percent,
        Metric.CGM_MEAN: report.mean,
        Metric.CGM_DAYS: Decimal(report.days_worn),
        Metric.CGM_ACTIVE: report.active,
        **_varied(report.variation),
    }
    if not report.insufficient:
        found[Metric.CGM_GMI] = report.gmi_percent
    return {metric: Decimal(plain(value.quantize(_DIGITS))) for metric, value in found.items()}


def _varied(variation: Figure | None) -> dict[Metric, Decimal]:
    return {} if variation is None else {Metric.CGM_CV: variation.percent}
