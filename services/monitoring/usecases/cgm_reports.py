"""What a continuous glucose sensor says about two weeks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.monitoring.domain import cgm
from services.monitoring.domain.cgm import CgmReport, Figure, Point
from services.monitoring.domain.cgm_profile import Hour, profile
from services.monitoring.store import patients, reading_charts
from shared.contracts.monitoring.cgm_reports import CgmFigure, CgmHour, CgmReportRead
from shared.db import audit
from shared.db.base import Session
from shared.vocabulary import CgmPopulation, Comparator, Metric

_FIGURES = ("variation", "very_low", "low", "below", "in_range", "above", "high", "very_high")
_CENT = Decimal("0.01")


async def get(tx: Session, patient_id: UUID, *, end: datetime, days: int, population: CgmPopulation) -> CgmReportRead:
    """The ``days`` before ``end`` (aware). Raises NotFound."""
    patient = await patients.get(tx, patient_id)
    audit.saw(tx, patient_id)
    start = end - timedelta(days=days)
    rows = await reading_charts.as_received(tx, patient_id, Metric.GLUCOSE_CGM, start, end)
    points = [Point(at, value, unit, Comparator(sign) if sign else None) for at, value, unit, sign in rows]
    found = cgm.report(points, start, end, population=population, zone=patient.time_zone)
    return CgmReportRead(
        patient_id=patient_id,
        start=start,
        end=end,
        time_zone=patient.time_zone,
        population=population,
        **(_nothing() if found is None else _told(found)),
        hours=[_hour(each) for each in profile(points, patient.time_zone)],
    )


def _nothing() -> dict[str, Any]:
    figures: dict[str, Any] = dict.fromkeys(
        (*_FIGURES, "mean", "standard_deviation", "gmi_percent", "gmi_mmol_mol"), None
    )
    return figures | {
        "readings": 0,
        "expected": 0,
        "minutes_between_readings": 5,
        "days_worn": 0,
        "active_percent": Decimal(0),
        "insufficient": ["There is no sensor reading in this period."],
    }


def _told(found: CgmReport) -> dict[str, Any]:
    return {
        "readings": found.received,
        "expected": found.expected,
        "minutes_between_readings": found.every // timedelta(minutes=1),
        "days_worn": found.days_worn,
        "active_percent": _short(found.active),
        "insufficient": list(found.insufficient),
        "mean": _short(found.mean),
        "standard_deviation": None if found.deviation is None else _short(found.deviation),
        "gmi_percent": _short(found.gmi_percent),
        "gmi_mmol_mol": _short(found.gmi_mmol_mol),
        **{name: _figure(getattr(found, name)) for name in _FIGURES},
    }


def _figure(figure: Figure | None) -> CgmFigure | None:
    if figure is None:
        return None
    aim = figure.aim
    return CgmFigure(
        percent=_short(figure.percent),
        readings=figure.readings,
        target=None if aim is None else str(aim),
        target_met=figure.met,
        source=None if aim is None else aim.source,
    )


def _hour(hour: Hour) -> CgmHour:
    values: Sequence[Decimal] = [_short(value) for value in hour.percentiles]
    p5, p25, p50, p75, p95 = values
    return CgmHour(hour=hour.hour, readings=hour.readings, p5=p5, p25=p25, p50=p50, p75=p75, p95=p95)


def _short(value: Decimal) -> Decimal:
    """For reading only: targets were compared before."""
    return value.quantize(_CENT)
