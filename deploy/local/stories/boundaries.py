"""Asthma, COPD, hypertension and CKD, written from the rules of clinical §1.4 to §1.7: both sides of each threshold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from deploy.local.stories.clinic import Clinic
from deploy.local.stories.engine import Row
from deploy.local.stories.patient import NO_ALERT, Patient, Value
from deploy.local.stories.words import at
from shared.vocabulary import Metric, Symptom

Told = tuple[str, str, tuple[Value, ...], tuple[Symptom, ...], str]
"""When, in words, what was measured, what was reported, what the alerts then say."""

_FILTRATION = "mL/min/{1.73_m2}"


def _peak(litres: str) -> tuple[Value, ...]:
    return ((Metric.PEF, litres, "L/min"),)


def _oxygen(percent: str) -> tuple[Value, ...]:
    return ((Metric.SPO2, percent, "%"),)


def _pressure(systolic: str, diastolic: str) -> tuple[Value, ...]:
    return ((Metric.BP_SYSTOLIC, systolic, "mm[Hg]"), (Metric.BP_DIASTOLIC, diastolic, "mm[Hg]"))


def _score(metric: Metric, score: str) -> tuple[Value, ...]:
    return ((metric, score, "{score}"),)


ASTHMA_DAYS: tuple[Told, ...] = (
    ("09-07 07:00", "336 L/min: green, 80.0 % of 420", _peak("336"), (), NO_ALERT),
    ("09-08 07:00", "335 L/min: yellow", _peak("335"), (), "ZONE moderate"),
    ("09-09 06:59", "yellow one minute short of 24 h", _peak("210"), (), "ZONE moderate again"),
    ("09-09 07:00", "still yellow 24 h later", _peak("330"), (), "ZONE moderate again; Z-Y24 high"),
    ("09-10 07:00", "209 L/min: red", _peak("209"), (), "ZONE critical again; Z-Y24 high again"),
    ("09-11 07:00", "green again", _peak("400"), (), NO_ALERT),
    ("09-12 09:00", "ACT 20", _score(Metric.ACT, "20"), (), NO_ALERT),
    ("09-13 09:00", "ACT 19", _score(Metric.ACT, "19"), (), "ACT low; ACT-WORSE moderate"),
    ("09-14 09:00", "steroid course", (), (Symptom.STEROID_COURSE,), "EXAC high"),
)
COPD_DAYS: tuple[Told, ...] = (
    ("09-07 08:00", "90 %: two below the usual 92", _oxygen("90"), (), NO_ALERT),
    ("09-07 20:00", "89 %: three below, the first time", _oxygen("89"), (), NO_ALERT),
    ("09-08 08:00", "89 % the second time", _oxygen("89"), (), "SPO2-FALL moderate"),
    ("09-09 08:00", "87 % once: repeat asked for", _oxygen("87"), (), "SPO2-FALL moderate again"),
    ("09-09 08:05", "87 % for 5 min", _oxygen("87"), (), "SPO2-FALL moderate again; SPO2-LOW-5 high"),
    (
        "09-10 08:00",
        "more breathless, more sputum",
        (),
        (Symptom.MORE_DYSPNOEA, Symptom.MORE_SPUTUM),
        NO_ALERT,
    ),
    (
        "09-11 08:00",
        "the same for 24 h",
        (),
        (Symptom.MORE_DYSPNOEA, Symptom.MORE_SPUTUM),
        "EXAC moderate",
    ),
    ("09-12 08:00", "37.9 °C", ((Metric.TEMPERATURE, "37.9", "Cel"),), (), NO_ALERT),
    ("09-12 20:00", "100.4 °F", ((Metric.TEMPERATURE, "100.4", "[degF]"),), (), "TEMP moderate"),
)
HYPERTENSION_DAYS: tuple[Told, ...] = (
    ("09-07 08:00", "180/119: not severe", _pressure("180", "119"), (), NO_ALERT),
    ("09-09 08:00", "181/80: severe, repeat asked for", _pressure("181", "80"), (), NO_ALERT),
    ("09-09 08:06", "150/90 on repeating, only the second day", _pressure("150", "90"), (), NO_ALERT),
    (
        "09-11 08:00",
        "150/121: severe by the diastolic, the third day of both averages",
        _pressure("150", "121"),
        (),
        "BP-AVG moderate; BP-AVG moderate",
    ),
    (
        "09-11 08:02",
        "still 182/122: both values confirm",
        _pressure("182", "122"),
        (),
        "BP-AVG moderate again; BP-S high; BP-AVG moderate again; BP-S high",
    ),
    ("09-20 08:00", "90 systolic", ((Metric.BP_SYSTOLIC, "90", "mm[Hg]"),), (), NO_ALERT),
    ("09-21 08:00", "89 systolic", ((Metric.BP_SYSTOLIC, "89", "mm[Hg]"),), (), "BP-LOW high"),
    ("09-22 08:00", "tongue swollen", (), (Symptom.ANGIO_OEDEMA,), "ANGIO-OEDEMA critical"),
)
CKD_DAYS: tuple[Told, ...] = (
    ("09-07 08:00", "filtration 50", ((Metric.EGFR, "50", _FILTRATION),), (), NO_ALERT),
    ("09-14 08:00", "40: a fall of exactly 20 %", ((Metric.EGFR, "40", _FILTRATION),), (), NO_ALERT),
    ("09-21 08:00", "31.9: more than 20 %", ((Metric.EGFR, "31.9", _FILTRATION),), (), "EGFR-FALL moderate"),
    ("09-22 08:00", "potassium 5.4", ((Metric.POTASSIUM, "5.4", "mmol/L"),), (), NO_ALERT),
    ("09-23 08:00", "potassium 5.5", ((Metric.POTASSIUM, "5.5", "mmol/L"),), (), "K-HIGH moderate"),
    ("09-24 08:00", "potassium 6.0", ((Metric.POTASSIUM, "6.0", "mmol/L"),), (), "K-HIGH high again"),
    ("09-24 09:00", "muscles weak", (), (Symptom.MUSCLE_WEAKNESS,), "K-WEAK critical"),
    ("09-25 08:00", "albumin 40 mg/g", ((Metric.UACR, "40", "mg/g{creat}"),), (), NO_ALERT),
    ("09-28 08:00", "80 mg/g: doubled", ((Metric.UACR, "80", "mg/g{creat}"),), (), "ACR-DOUBLE moderate"),
)


class Boundaries:
    """One patient under one protocol; every row lies on one side of a threshold."""

    def __init__(
        self, clinic: Clinic, protocol: str, title: str, days: Sequence[Told], baseline: Value | None = None
    ) -> None:
        self.title, self._protocol, self._days, self._baseline = title, protocol, days, baseline
        self.patient = Patient(clinic, f"{protocol.upper()}-EX", "Robin", "1960-03-02", "female")

    def rows(self) -> tuple[Row, ...]:
        """Enrolled, then day by day."""
        start = Row(at("09-06 09:00"), f"followed for {self._protocol}", f"{self._protocol} active", self._enrolled)
        return (start, *(self._row(*told) for told in self._days))

    async def _enrolled(self, now: datetime) -> str:
        await self.patient.register(now)
        baselines: list[dict[str, Any]] = []
        if self._baseline is not None:
            metric, value, unit = self._baseline
            baselines = [{"metric": metric, "value": float(value), "unit": unit, "set_at": now.isoformat()}]
        return await self.patient.enroll(now, self._protocol, baselines)

    def _row(self, when: str, event: str, values: tuple[Value, ...], named: tuple[Symptom, ...], expected: str) -> Row:
        if named:
            values = ((Metric.SYMPTOMS, str(len(named)), "{count}"),)
            return Row(at(when), event, expected, self.patient.measured(*values, symptoms=list(named)))
        return Row(at(when), event, expected, self.patient.measured(*values))


def asthma(clinic: Clinic) -> Boundaries:
    """A personal best of 420 L/min."""
    return Boundaries(clinic, "asthma", "Asthma, personal best 420", ASTHMA_DAYS, (Metric.PEF_BEST, "420", "L/min"))


def copd(clinic: Clinic) -> Boundaries:
    """A usual saturation of 92 %."""
    return Boundaries(clinic, "copd", "COPD, usual saturation 92 %", COPD_DAYS, (Metric.SPO2, "92", "%"))


def hypertension(clinic: Clinic) -> Boundaries:
    """No baseline is needed."""
    return Boundaries(clinic, "hypertension", "Hypertension", HYPERTENSION_DAYS)


def ckd(clinic: Clinic) -> Boundaries:
    """No treatment that changes the bands."""
    return Boundaries(clinic, "ckd", "Chronic kidney disease", CKD_DAYS)
