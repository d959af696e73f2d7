"""Chronic kidney disease from the rules of clinical §1.7, on both sides of each bound."""

from deploy.local.stories.patient import Value
from deploy.local.stories.told import Told, holds, measured, one, reported
from shared.vocabulary import Metric, Symptom

_YEAR = "EGFR-YEAR moderate again"


def _filtered(value: str) -> Value:
    return one(Metric.EGFR, "mL/min/{1.73_m2}", value)


def _potassium(value: str) -> Value:
    return one(Metric.POTASSIUM, "mmol/L", value)


def _albumin(value: str) -> Value:
    return one(Metric.UACR, "mg/g{creat}", value)


_FALL = (
    measured("09-07 08:00", "filtration 50", _filtered("50")),
    measured("09-14 08:00", "40: a fall of exactly 20 %", _filtered("40"), sides="egfr.fall-"),
    measured("09-21 08:00", "31.9: more than 20 %", _filtered("31.9"), says="EGFR-FALL moderate", sides="egfr.fall+"),
)
_POTASSIUM = (
    measured("09-22 08:00", "potassium 5.4", _potassium("5.4"), sides="potassium.high-"),
    measured("09-23 08:00", "potassium 5.5", _potassium("5.5"), says="K-HIGH moderate", sides="potassium.high+"),
    measured("09-23 20:00", "5.9", _potassium("5.9"), says="K-HIGH moderate again", sides="potassium.higher-"),
    measured("09-24 08:00", "potassium 6.0", _potassium("6.0"), says="K-HIGH high again", sides="potassium.higher+"),
    reported("09-24 09:00", "muscles weak", Symptom.MUSCLE_WEAKNESS, says="K-WEAK critical"),
    measured("09-27 08:00", "6.4", _potassium("6.4"), says="K-HIGH high again", sides="potassium.critical-"),
    measured("09-27 09:00", "6.5", _potassium("6.5"), says="K-HIGH critical again", sides="potassium.critical+"),
)
_ALBUMIN = (
    measured("09-25 08:00", "albumin 40 mg/g", _albumin("40")),
    measured("09-28 08:00", "80 mg/g: doubled", _albumin("80"), says="ACR-DOUBLE moderate", sides="acr.rise+"),
    measured("09-28 09:00", "159: not doubled", _albumin("159"), sides="acr.rise-"),
    measured("09-28 10:00", "299", _albumin("299"), sides="acr.severe-"),
    measured("09-28 11:00", "300", _albumin("300"), says="ACR-300 low", sides="acr.severe+"),
)
_TREATED = (
    reported("09-29 09:00", "vomiting, without medicines to pause", Symptom.VOMITING),
    holds("09-30 08:00", "an ACE inhibitor is begun", "raasi"),
    measured("10-01 08:00", "5.4 on it", _potassium("5.4")),
    measured("10-02 08:00", "5.5 on it: high at once", _potassium("5.5"), says="K-HIGH-RAASI high"),
    measured("10-03 08:00", "6.4 on it", _potassium("6.4"), says="K-HIGH-RAASI high again"),
    measured("10-03 09:00", "6.5 on it", _potassium("6.5"), says="K-HIGH-RAASI critical again"),
    reported("10-04 09:00", "vomiting: a sick day", Symptom.VOMITING, says="SICK-DAY high"),
)
_FAILING = (
    measured("10-05 08:00", "filtration 30", _filtered("30"), sides="egfr.referral-"),
    measured("10-06 08:00", "29.9", _filtered("29.9"), says="EGFR-30 low", sides="egfr.referral+"),
    measured(
        "10-07 08:00", "15", _filtered("15"), says="EGFR-FALL moderate again; EGFR-30 low again", sides="egfr.failure-"
    ),
    measured("10-08 08:00", "14.9", _filtered("14.9"), says="EGFR-30 moderate again", sides="egfr.failure+"),
    measured("10-10 08:00", "40: risen", _filtered("40"), says="EGFR-RISE low", sides="egfr.rise+"),
    measured("10-12 08:00", "48: risen by exactly 20 %", _filtered("48"), sides="egfr.rise-"),
)
_YEARLY = (
    Told(
        "10-15 08:00",
        "55; ten months ago it was 60",
        sides=("egfr.year-",),
        earlier=(("2025-12-13 08:00", _filtered("60")), ("10-15 08:00", _filtered("55"))),
    ),
    measured("10-16 08:00", "54.9: over 5 a year", _filtered("54.9"), says="EGFR-YEAR moderate", sides="egfr.year+"),
)
_STARTED = (
    holds("10-20 08:00", "an SGLT2 inhibitor too", "haemodynamic-drug-started", "haemodynamic-drug-started, raasi"),
    measured("10-21 08:00", "50", _filtered("50"), says=_YEAR),
    measured("10-25 08:00", "35: fallen by exactly 30 %", _filtered("35"), says=_YEAR, sides="egfr.fall-drug-"),
    measured(
        "10-29 08:00",
        "24: fallen by more than 30 %",
        _filtered("24"),
        says=f"EGFR-30 moderate again; {_YEAR}; EGFR-FALL-DRUG high",
        sides="egfr.fall-drug+",
    ),
)
CKD_DAYS = tuple(
    sorted((*_FALL, *_POTASSIUM, *_ALBUMIN, *_TREATED, *_FAILING, *_YEARLY, *_STARTED), key=lambda told: told.when)
)
