"""What a discharge tells, as the pathways' rules read it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from services.coordination.domain.diagnoses import with_principal
from services.coordination.domain.measured import check_lab, check_weight
from services.coordination.domain.pathways.base import Facts
from services.coordination.domain.stays import NobodyToFollow
from services.coordination.store import stays
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import enrollments
from services.coordination.usecases.stays import check_diagnoses, rule_values
from shared.contracts.coordination.discharge_values import LabResult
from shared.contracts.coordination.stays import Diagnosis, DischargeFacts, DischargeStay
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.kit.units import convert, convertible, read_unit
from shared.kit.zones import age_on
from shared.vocabulary import Complexity, DischargeDisposition, Metric, PathwayKey, StayClass

_SIX_MONTHS = timedelta(days=183)
_A1C = frozenset({"4548-4", "17856-6", "59261-8"})  # LOINC, NGSP and IFCC


@dataclass(frozen=True, slots=True)
class Told:
    """A stay and its discharge as they were told, or would be after a correction. Instants are UTC."""

    stay_class: StayClass
    planned: bool
    facility: str | None
    started_at: datetime
    ended_at: datetime
    disposition: DischargeDisposition
    complexity: Complexity
    diagnoses: tuple[Diagnosis, ...]
    facts: DischargeFacts
    pathways: tuple[PathwayKey, ...]


def told_of(row: StayRow) -> Told:
    """What is on record of a finished stay."""
    assert row.ended_at is not None
    assert row.disposition is not None
    assert row.complexity is not None
    plan = row.plan or {}
    return Told(
        stay_class=StayClass(row.stay_class),
        planned=row.planned,
        facility=row.facility,
        started_at=row.started_at or row.ended_at,
        ended_at=row.ended_at,
        disposition=DischargeDisposition(row.disposition),
        complexity=Complexity(row.complexity),
        diagnoses=tuple(Diagnosis.model_validate(diagnosis) for diagnosis in row.diagnoses),
        facts=DischargeFacts.model_validate(row.facts or {}),
        pathways=tuple(PathwayKey(key) for key in plan.get("asked_for", ())),
    )


def told_by(row: StayRow, body: DischargeStay) -> Told:
    """What a discharge tells of a stay that has not ended yet."""
    known = tuple(Diagnosis.model_validate(diagnosis) for diagnosis in row.diagnoses)
    return Told(
        stay_class=StayClass(row.stay_class),
        planned=row.planned,
        facility=row.facility,
        started_at=row.started_at or body.ended_at,
        ended_at=body.ended_at,
        disposition=body.disposition,
        complexity=body.complexity,
        diagnoses=tuple(body.diagnoses) or known,
        facts=body.facts,
        pathways=tuple(body.pathways),
    )


def check_body(body: DischargeStay, now: datetime) -> None:
    """What monitoring will compare with or be told is judged here already: it is put right where it is told.

    Raises:
        DiagnosisCodeUnknown, SeveralPrincipal.
        WeightRefused, LabRefused, BaselineRefused, ConsentAhead.
        NobodyToFollow: the patient died, and is to be followed.
    """
    check_diagnoses(body.diagnoses)
    check_facts(body.facts, body.ended_at, now)
    if body.enroll is not None:
        if body.disposition is DischargeDisposition.EXPIRED:
            raise NobodyToFollow("The disposition says that the patient died. Leave enroll out, or correct it.")
        enrollments.check(body.enroll, now)


def check_facts(facts: DischargeFacts, ended_at: datetime, now: datetime) -> None:
    """What is told of a discharge can have been measured at it.

    Raises:
        WeightRefused, LabRefused.
    """
    for lab in facts.labs:
        check_lab(lab.loinc, lab.value, lab.unit, at=lab.observed_at, now=now)
    if facts.weight is not None:
        check_weight(facts.weight.value, facts.weight.unit, at=ended_at, now=now)


async def facts_of(tx: Session, patient: PatientRow, told: Told, calendar: Calendar) -> Facts:
    """The facts of one discharge; days are local to the hospital.

    Raises:
        DiagnosisCodeUnknown: one of the codes cannot be.
    """
    facts = told.facts
    a1c = _latest_a1c(facts, told.ended_at)
    discharged_on = calendar.day_of(told.ended_at)
    return Facts(
        stay_class=told.stay_class,
        disposition=told.disposition,
        admitted_at=told.started_at,
        discharged_at=told.ended_at,
        admitted_on=calendar.day_of(told.started_at),
        discharged_on=discharged_on,
        age=age_on(patient.birth_date, discharged_on),
        diagnoses=with_principal(rule_values(list(told.diagnoses))),
        complexity=told.complexity,
        lvef=facts.lvef_percent,
        nyha=facts.nyha,
        a1c=None if a1c is None else _percent(a1c),
        a1c_on=None if a1c is None else calendar.day_of(a1c.observed_at),
        drugs=frozenset(medicine.drug_class for medicine in facts.medicines),
        regimen_changed=facts.regimen_changed,
        new_type_1=facts.new_type_1,
        recurrent_severe_hypoglycaemia=facts.recurrent_severe_hypoglycaemia,
        pack_years=facts.pack_years,
        home_oxygen=facts.home_oxygen,
        exacerbations_12_months=facts.exacerbations_12_months,
        admissions_6_months=await _admissions(tx, patient, facts, told.started_at),
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


async def _admissions(tx: Session, patient: PatientRow, told: DischargeFacts, started_at: datetime) -> int | None:
    if told.admissions_6_months is not None:
        return told.admissions_6_months
    return await stays.known_of(tx, patient.id, StayClass.INPATIENT, started_at - _SIX_MONTHS, started_at)
