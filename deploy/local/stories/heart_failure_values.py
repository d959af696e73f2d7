"""§7a: what was measured, and what he said at the check-in."""

from shared.vocabulary import Metric

EGFR = (Metric.EGFR, "39", "mL/min/{1.73_m2}")
SAID = {
    "heart-failure.nyha": 3,
    "heart-failure.pillows": 2,
    "heart-failure.swelling": True,
    "heart-failure.spo2": 94,
    "heart-failure.systolic": 128,
    "heart-failure.diastolic": 74,
    "heart-failure.rate": 88,
}


def nyha(value: str) -> tuple[Metric, str, str]:
    """A class as a number."""
    return Metric.NYHA, value, "{rank}"


def potassium(value: str) -> tuple[Metric, str, str]:
    """Of the blood, in mmol/L."""
    return Metric.POTASSIUM, value, "mmol/L"


def creatinine(value: str) -> tuple[Metric, str, str]:
    """Of the blood, in mg/dL."""
    return Metric.CREATININE, value, "mg/dL"
