"""What a discharge tells, as the pathways' rules read it."""

from datetime import datetime, timedelta
from decimal import Decimal

from services.coordination.domain.diagnoses import with_principal
from services.coordination.domain.pathways.base import Facts
from services.coordination.store import stays
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases.stays import rule_values
from shared.contracts.coordination.stays import Diagnosis, DischargeFacts, DischargeStay, LabResult
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.kit.units import convert, convertible, read_unit
from shared.kit.zones import age_on
from shared.vocabulary import DischargeDisposition, Metric, StayClass

_SIX_MONTHS = timedelta(days=183)
_A1C = frozenset({"4548-4", "17856-6", "59261-8"})  # LOINC, NGSP and IFCC


async def facts_of(
    tx: Session, row: StayRow, patient: PatientRow, body: DischargeStay, started_at: datetime, calendar: Calendar
) -> Facts:
    """The facts of one discharge; days are local to the hospital.

    Raises:
        DiagnosisCodeUnknown: one of the codes cannot be.
    """
    told = body.facts
    a1c = _latest_a1c(told, body.ended_at)
    discharged_on = calendar.day_of(body.ended_at)
    listed = [Diagnosis.model_validate(diagnosis) for diagnosis in row.diagnoses]
    return Facts(
        stay_class=StayClass(row.stay_class),
        disposition=DischargeDisposition(body.disposition),
        admitted_at=started_at,
        discharged_at=body.ended_at,
        admitted_on=calendar.day_of(started_at),
        discharged_on=discharged_on,
        age=age_on(patient.birth_date, discharged_on),
        diagnoses=with_principal(rule_values(listed)),
        complexity=body.complexity,
        lvef=told.lvef_percent,
        nyha=told.nyha,
        a1c=None if a1c is None else _percent(a1c),
        a1c_on=None if a1c is None else calendar.day_of(a1c.observed_at),
        drugs=frozenset(medicine.drug_class for medicine in told.medicines),
        regimen_changed=told.regimen_changed,
        new_type_1=told.new_type_1,
        recurrent_severe_hypoglycaemia=told.recurrent_severe_hypoglycaemia,
        pack_years=told.pack_years,
        home_oxygen=told.home_oxygen,
        exacerbations_12_months=told.exacerbations_12_months,
        admissions_6_months=await _admissions(tx, patient, told, started_at),
    )


def _latest_a1c(told: DischargeFacts, ended_at: datetime) -> LabResult | None:
    known = [lab for lab in told.labs if lab.loinc in _A1C and lab.observed_at <= ended_at]
    return max((lab for lab in known if _percent(lab) is not None), key=lambda lab: lab.observed_at, default=None)


def _percent(a1c: LabResult) -> Decimal | None:
    """A1C in percent (NGSP); None when its unit does not measure it."""
    unit = read_unit(a1c.unit, Metric.HBA1C)
    if unit is None or not convertible(Metric.HBA1C, unit.code, "%"):
        return None
    return convert(Metric.HBA1C, a1c.value, unit.code, "%")


async def _admissions(tx: Session, patient: PatientRow, told: DischargeFacts, started_at: datetime) -> int:
    if told.admissions_6_months is not None:
        return told.admissions_6_months
    return await stays.count_of(tx, patient.id, StayClass.INPATIENT, started_at - _SIX_MONTHS, started_at)
