"""By how much a value must be worse than when an alert was put off, for the alert to come back (clinical §1.9)."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from services.monitoring.domain.metrics import canonical
from services.monitoring.domain.readings import Reading
from shared.vocabulary import Metric


class Margin(NamedTuple):
    """How far below, or above, the worst value known; in the metric's canonical unit."""

    down: Decimal
    up: Decimal


def _by(down: str, up: str) -> Margin:
    return Margin(Decimal(down), Decimal(up))


# [default] no guideline says how much worse is news: about the step between two grades of the protocols' own rules.
MARGINS: Mapping[Metric, Margin] = MappingProxyType(
    {
        Metric.GLUCOSE_SMBG: _by("10", "50"),  # mg/dL
        Metric.GLUCOSE_FASTING: _by("10", "50"),
        Metric.GLUCOSE_LAB: _by("10", "50"),
        Metric.GLUCOSE_CGM: _by("10", "50"),
        Metric.KETONE_BLOOD: _by("0.5", "0.5"),  # mmol/L
        Metric.BODY_WEIGHT: _by("0.9", "0.9"),  # kg
        Metric.BP_SYSTOLIC: _by("10", "10"),  # mm[Hg]
        Metric.BP_DIASTOLIC: _by("10", "10"),
        Metric.HEART_RATE: _by("10", "10"),  # /min
        Metric.RESP_RATE: _by("4", "4"),
        Metric.SPO2: _by("2", "2"),  # %
        Metric.TEMPERATURE: _by("0.5", "0.5"),  # Cel
        Metric.PEF: _by("40", "40"),  # L/min
        Metric.POTASSIUM: _by("0.3", "0.3"),  # mmol/L
        Metric.CREATININE: _by("0.3", "0.3"),  # mg/dL
        Metric.EGFR: _by("5", "5"),
    }
)
_PLACES = 6


def comparable(reading: Reading) -> Decimal | None:
    """The value as it is compared with a margin; None where the metric has none."""
    if reading.metric not in MARGINS:
        return None
    return round(canonical(reading.metric, reading.value, reading.unit)[0], _PLACES)
