"""Hypertension from the rules of clinical §1.6, on both sides of each bound."""

from deploy.local.stories.told import Told, holds, measured, one, pressure, reported
from shared.vocabulary import Metric, Symptom


def _sent(when: str, metric: Metric, value: str, says: str = "no alert", sides: str = "") -> Told:
    upper = "systolic" if metric is Metric.BP_AVERAGE_SYSTOLIC else "diastolic"
    return measured(when, f"home average {value} {upper}, sent", one(metric, "mm[Hg]", value), says=says, sides=sides)


_SYSTOLIC, _DIASTOLIC = Metric.BP_AVERAGE_SYSTOLIC, Metric.BP_AVERAGE_DIASTOLIC
_SEVERE = (
    measured(
        "09-07 08:00",
        "180/119: not severe",
        *pressure("180/119"),
        sides="pressure.severe-systolic- pressure.severe-diastolic-",
    ),
    measured("09-09 08:00", "181/80: severe, repeat asked for", *pressure("181/80")),
    measured("09-09 08:06", "150/90 on repeating, only the second day", *pressure("150/90")),
    measured(
        "09-11 08:00",
        "150/121: severe by the diastolic, the third day of both averages",
        *pressure("150/121"),
        says="BP-AVG moderate; BP-AVG moderate",
    ),
    measured(
        "09-11 08:02",
        "still 182/122: both values confirm",
        *pressure("182/122"),
        says="BP-AVG moderate again; BP-S high; BP-AVG moderate again; BP-S high",
        sides="pressure.severe-systolic+ pressure.severe-diastolic+",
    ),
)
_LOW = (
    measured("09-20 08:00", "90 systolic", *pressure("90"), sides="pressure.low-"),
    measured("09-21 08:00", "89 systolic", *pressure("89"), says="BP-LOW high", sides="pressure.low+"),
    reported("09-22 08:00", "tongue swollen", Symptom.ANGIO_OEDEMA, says="ANGIO-OEDEMA critical"),
    measured("09-24 08:00", "100 systolic", *pressure("100")),
    reported("09-24 08:05", "and dizzy: not below 100", Symptom.DIZZINESS, sides="pressure.low-with-signs-"),
    measured("09-26 08:10", "99 systolic", *pressure("99")),
    reported("09-26 08:15", "and dizzy", Symptom.DIZZINESS, says="BP-LOW-DIZZY high", sides="pressure.low-with-signs+"),
)
_SIGNS = (
    measured("10-04 08:00", "180/85", *pressure("180/85")),
    reported("10-04 08:10", "and a severe headache: no emergency by itself", Symptom.SEVERE_HEADACHE),
    measured("10-06 08:00", "181/85", *pressure("181/85")),
    reported("10-06 08:10", "and a severe headache", Symptom.SEVERE_HEADACHE, says="BP-E critical"),
)
_AVERAGES = (
    measured("10-14 08:00", "126/78", *pressure("126/78")),
    measured("10-15 08:00", "132/81", *pressure("132/81")),
    measured("10-16 08:00", "131/80: means of 129.7 and 79.7", *pressure("131/80")),
    measured("10-24 08:00", "126/78", *pressure("126/78")),
    measured("10-25 08:00", "132/81", *pressure("132/81")),
    measured(
        "10-26 08:00",
        "132/81: means of 130 and 80",
        *pressure("132/81"),
        says="BP-AVG moderate again; BP-AVG moderate again",
    ),
    _sent("10-27 09:00", _SYSTOLIC, "129", sides="pressure.average-systolic-"),
    _sent("10-27 10:00", _SYSTOLIC, "130", "BP-AVG-SENT low", "pressure.average-systolic+"),
    _sent("10-27 11:00", _SYSTOLIC, "149", "BP-AVG-SENT low again", "pressure.average-systolic-high-"),
    _sent("10-27 12:00", _DIASTOLIC, "79", sides="pressure.average-diastolic-"),
    _sent("10-27 13:00", _DIASTOLIC, "80", "BP-AVG-SENT low again", "pressure.average-diastolic+"),
    _sent("10-27 14:00", _DIASTOLIC, "89", "BP-AVG-SENT low again", "pressure.average-diastolic-high-"),
    _sent("10-27 15:00", _SYSTOLIC, "150", "BP-AVG-SENT moderate again", "pressure.average-systolic-high+"),
    _sent("10-27 16:00", _DIASTOLIC, "90", "BP-AVG-SENT moderate again", "pressure.average-diastolic-high+"),
)
_STANDING = (
    measured("11-04 08:00", "128/78 sitting", *pressure("128/78"), position="sitting"),
    measured(
        "11-04 08:03",
        "109/69 standing: fallen by 19 and 9",
        *pressure("109/69"),
        sides="pressure.fall-systolic- pressure.fall-diastolic-",
        position="standing",
    ),
    measured("11-05 08:00", "128/78 sitting", *pressure("128/78"), position="sitting"),
    measured(
        "11-05 08:03",
        "108/68 standing: fallen by 20 and 10",
        *pressure("108/68"),
        says="BP-ORTHO moderate; BP-ORTHO moderate",
        sides="pressure.fall-systolic+ pressure.fall-diastolic+",
        position="standing",
    ),
)
_PREGNANT = (
    holds("11-10 08:00", "pregnant", "pregnancy"),
    measured(
        "11-10 09:00", "139/89", *pressure("139/89"), sides="pressure.pregnant-systolic- pressure.pregnant-diastolic-"
    ),
    measured("11-11 09:00", "140/89", *pressure("140/89"), says="BP-P-HIGH high", sides="pressure.pregnant-systolic+"),
    measured(
        "11-12 09:00", "139/90", *pressure("139/90"), says="BP-P-HIGH high again", sides="pressure.pregnant-diastolic+"
    ),
    measured("11-13 09:00", "159/85", *pressure("159/85"), says="BP-P-HIGH high again"),
    measured(
        "11-13 09:03",
        "159/85 again",
        *pressure("159/85"),
        says="BP-P-HIGH high again",
        sides="pressure.pregnant-severe-systolic-",
    ),
    measured("11-14 09:00", "160/85", *pressure("160/85"), says="BP-P-HIGH high again"),
    measured(
        "11-14 09:03",
        "160/85 confirmed",
        *pressure("160/85"),
        says="BP-P-HIGH high again; BP-P critical",
        sides="pressure.pregnant-severe-systolic+",
    ),
    measured("11-15 09:00", "135/109", *pressure("135/109"), says="BP-P-HIGH high again"),
    measured(
        "11-15 09:03",
        "135/109 again",
        *pressure("135/109"),
        says="BP-P-HIGH high again",
        sides="pressure.pregnant-severe-diastolic-",
    ),
    measured("11-16 09:00", "135/110", *pressure("135/110"), says="BP-P-HIGH high again"),
    measured(
        "11-16 09:03",
        "135/110 confirmed",
        *pressure("135/110"),
        says="BP-P-HIGH high again; BP-P critical again",
        sides="pressure.pregnant-severe-diastolic+",
    ),
)
HYPERTENSION_DAYS = (*_SEVERE, *_LOW, *_SIGNS, *_AVERAGES, *_STANDING, *_PREGNANT)
