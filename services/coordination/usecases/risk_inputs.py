"""What readmission scores are computed from: the discharge, the problem list, and earlier stays."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.coordination.domain.diagnoses import Diagnosis
from services.coordination.domain.risk import RiskInputs
from services.coordination.store import conditions, stays
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases.stays import rule_values
from shared.contracts.coordination.discharge_values import LabResult
from shared.contracts.coordination.stays import Diagnosis as DiagnosisTold
from shared.contracts.coordination.stays import DischargeFacts
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.kit.months import add_months
from shared.kit.units import convert, convertible, read_unit
from shared.kit.zones import age_on
from shared.vocabulary import (
    AdmissionType,
    CodeSystem,
    DiagnosisRole,
    DischargeDisposition,
    LengthOfStay,
    Metric,
    StayClass,
)

_HAEMOGLOBIN = (frozenset({"718-7"}), Metric.HAEMOGLOBIN, "g/dL")
_SODIUM = (frozenset({"2951-2"}), Metric.SODIUM, "mmol/L")
_DIRECT = timedelta(hours=24)  # a transfer arrives within a day


async def inputs_of(
    tx: Session, row: StayRow, patient: PatientRow, calendar: Calendar, counted: LengthOfStay
) -> tuple[RiskInputs, dict[str, Any]]:
    """The inputs of a finished stay, and the same as they are kept beside the score."""
    assert row.started_at is not None
    assert row.ended_at is not None
    assert row.disposition is not None
    told = DischargeFacts.model_validate(row.facts or {})
    first = await _arrival(tx, row)
    admitted_on, discharged_on = calendar.day_of(first), calendar.day_of(row.ended_at)
    own = rule_values([DiagnosisTold.model_validate(each) for each in row.diagnoses])
    listed = _coded(await conditions.codes_of(tx, patient.id))
    visits = await _emergency(tx, row, told, admitted_on, calendar)
    admissions = await _admissions(tx, row, told, first, calendar)
    inputs = RiskInputs(
        admitted_on=admitted_on,
        discharged_on=discharged_on,
        age=age_on(patient.birth_date, discharged_on),
        disposition=DischargeDisposition(row.disposition),
        diagnoses=(*own, *listed),
        history=bool(listed),
        acute=_acute(told, row),
        ed_visits=visits,
        admissions_12_months=admissions,
        haemoglobin=_last(told.labs, row.ended_at, *_HAEMOGLOBIN),
        sodium=_last(told.labs, row.ended_at, *_SODIUM),
        oncology=told.oncology_service,
        procedure=None if told.procedures is None else bool(told.procedures),
        counted=counted,
        found=_found(told, visits, admissions),
    )
    return inputs, _kept(inputs)


def _kept(inputs: RiskInputs) -> dict[str, Any]:
    kept = {name: getattr(inputs, name) for name in RiskInputs.__dataclass_fields__}
    kept["diagnoses"] = [f"{each.system}:{each.code}" for each in inputs.diagnoses]
    return {name: str(value) if isinstance(value, date | Decimal) else value for name, value in kept.items()}


def _coded(found: Sequence[tuple[str, str]]) -> tuple[Diagnosis, ...]:
    systems = {system.value for system in CodeSystem}
    return tuple(
        Diagnosis(CodeSystem(system), code.upper(), DiagnosisRole.SECONDARY)
        for system, code in found
        if system in systems
    )


def _acute(told: DischargeFacts, row: StayRow) -> bool | None:
    if told.admission_type is not None:
        return told.admission_type is not AdmissionType.ELECTIVE
    return False if row.planned else None


async def _arrival(tx: Session, row: StayRow) -> datetime:
    """When the contiguous stay began: a direct transfer from another hospital belongs to it."""
    assert row.started_at is not None
    started_at = row.started_at
    transferred = [DischargeDisposition.SHORT_TERM_HOSPITAL.value]
    while (
        before := await stays.ended_between(tx, row.patient_id, started_at - _DIRECT, started_at, transferred)
    ) is not None and before.started_at is not None:
        started_at = before.started_at
    return started_at


def _found(told: DischargeFacts, visits: int | None, admissions: int | None) -> tuple[str, ...]:
    counted = (
        ("ed_visits", told.ed_visits_6_months, visits),
        ("admissions_12_months", told.admissions_12_months, admissions),
    )
    return tuple(name for name, said, number in counted if said is None and number is not None)


async def _emergency(
    tx: Session, row: StayRow, told: DischargeFacts, admitted_on: date, calendar: Calendar
) -> int | None:
    if told.ed_visits_6_months is not None:
        return told.ed_visits_6_months
    since, before = calendar.start_of(add_months(admitted_on, -6)), calendar.start_of(admitted_on)
    return await stays.known_of(tx, row.patient_id, StayClass.EMERGENCY, since, before)


async def _admissions(
    tx: Session, row: StayRow, told: DischargeFacts, first: datetime, calendar: Calendar
) -> int | None:
    if told.admissions_12_months is not None:
        return told.admissions_12_months
    since = calendar.start_of(add_months(calendar.day_of(first), -12))
    return await stays.known_of(tx, row.patient_id, StayClass.INPATIENT, since, first)


def _last(
    labs: Sequence[LabResult], before: datetime, codes: frozenset[str], metric: Metric, unit: str
) -> Decimal | None:
    """The last value before the discharge, in the unit of the table; None when there is none that can be read."""
    known = sorted((lab for lab in labs if lab.loinc in codes and lab.observed_at <= before), key=_when)
    for lab in reversed(known):
        meant = read_unit(lab.unit, metric)
        if meant is not None and convertible(metric, meant.code, unit):
            return convert(metric, lab.value, meant.code, unit)
    return None


def _when(lab: LabResult) -> datetime:
    return lab.observed_at
