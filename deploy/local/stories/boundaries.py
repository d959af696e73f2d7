"""Asthma, COPD, hypertension and CKD, written from the rules of clinical §1.4 to §1.7: both sides of each threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from deploy.local.stories.asthma_days import ASTHMA_DAYS, CHILD_DAYS
from deploy.local.stories.ckd_days import CKD_DAYS
from deploy.local.stories.clinic import Clinic
from deploy.local.stories.copd_days import COPD_DAYS
from deploy.local.stories.engine import Came, Row
from deploy.local.stories.hypertension_days import HYPERTENSION_DAYS
from deploy.local.stories.patient import Patient, Value
from deploy.local.stories.told import Told
from deploy.local.stories.words import at
from shared.vocabulary import Metric

_ADULT, _CHILD = "1960-03-02", "2019-03-02"


@dataclass(frozen=True, slots=True)
class Followed:
    """One patient under the protocol; every row lies on one side of a threshold."""

    patient: Patient
    protocol: str
    days: Sequence[Told]
    baselines: Sequence[Value] = ()

    def rows(self) -> tuple[Row, ...]:
        """Enrolled, then day by day."""
        start = Row(at("09-06 09:00"), f"followed for {self.protocol}", f"{self.protocol} active", self._enrolled)
        return (start, *(Row(at(told.when), told.event, told.expected, self._came(told)) for told in self.days))

    async def _enrolled(self, now: datetime) -> str:
        await self.patient.register(now)
        baselines = [
            {"metric": metric, "value": float(value), "unit": unit, "set_at": now.isoformat()}
            for metric, value, unit in self.baselines
        ]
        return await self.patient.enroll(now, self.protocol, baselines)

    def _came(self, told: Told) -> Came:
        if told.fact:
            return self.patient.begins(told.fact)
        if told.earlier:
            return self.patient.series([(at(when), value) for when, value in told.earlier])
        if told.symptoms:
            count = (Metric.SYMPTOMS, str(len(told.symptoms)), "{count}")
            return self.patient.measured(count, symptoms=list(told.symptoms))
        return self.patient.measured(*told.values, noted=told.noted, **told.context)


class Boundaries:
    """The patients under one protocol, one after another."""

    def __init__(self, title: str, followed: Sequence[Followed]) -> None:
        self.title, self._followed = title, followed

    def rows(self) -> tuple[Row, ...]:
        """All of each patient in turn."""
        return tuple(row for each in self._followed for row in each.rows())


def _patient(clinic: Clinic, name: str, born: str = _ADULT) -> Patient:
    return Patient(clinic, f"{name.upper()}-EX", "Robin", born, "female")


def asthma(clinic: Clinic) -> Boundaries:
    """A personal best of 420 L/min; then a child of seven."""
    best = [(Metric.PEF_BEST, "420", "L/min")]
    adult = Followed(_patient(clinic, "asthma"), "asthma", ASTHMA_DAYS, best)
    child = Followed(_patient(clinic, "asthma-child", _CHILD), "asthma", CHILD_DAYS, best)
    return Boundaries("Asthma, personal best 420", [adult, child])


def copd(clinic: Clinic) -> Boundaries:
    """A usual saturation of 92 %, ten puffs of the reliever a day."""
    usual = [(Metric.SPO2, "92", "%"), (Metric.RELIEVER_USE, "10", "{puff}")]
    return Boundaries("COPD, usual saturation 92 %", [Followed(_patient(clinic, "copd"), "copd", COPD_DAYS, usual)])


def hypertension(clinic: Clinic) -> Boundaries:
    """No baseline is needed."""
    patient = _patient(clinic, "hypertension")
    return Boundaries("Hypertension", [Followed(patient, "hypertension", HYPERTENSION_DAYS)])


def ckd(clinic: Clinic) -> Boundaries:
    """Without treatment that changes the bands, then with it."""
    return Boundaries("Chronic kidney disease", [Followed(_patient(clinic, "ckd"), "ckd", CKD_DAYS)])
