"""Stays: admission, discharge, and the plan a discharge leads to."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from shared.contracts.base import AllowedAct, Code, In, Instant, Out, Text, Versioned
from shared.contracts.coordination.discharge_values import LabResult, Measured, Medicine
from shared.contracts.coordination.enrollments import EnrollPatient
from shared.contracts.coordination.examples import example
from shared.contracts.coordination.pathways import NeedChangeRead, PlanPreview, PlanRead
from shared.contracts.coordination.plan_adjustments import AdjustPlan
from shared.contracts.coordination.risk_scores import RiskRead
from shared.contracts.coordination.tcm import TcmRead
from shared.contracts.people import Identifier, TimeZone
from shared.vocabulary import (
    AdmissionType,
    CodeSystem,
    Complexity,
    DiagnosisRole,
    DischargeDisposition,
    NyhaClass,
    PathwayKey,
    StayClass,
    StayState,
)

_PATIENT = "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12"
_DISCHARGE: JsonDict = {
    "ended_at": "2026-09-04T15:20:00-04:00",
    "disposition": "home",
    "diagnoses": [
        {"system": "icd-10-cm", "code": "I13.0", "role": "principal"},
        {"system": "icd-10-cm", "code": "I50.23"},
    ],
    "facts": {"lvef_percent": "30", "nyha": "II", "weight": {"value": "81.0", "unit": "kg"}},
    "enroll": {"protocol": "heart-failure"},
}


class Diagnosis(In):
    """A diagnosis of the stay. Without a principal one, the first is."""

    system: CodeSystem
    code: Code
    role: DiagnosisRole = DiagnosisRole.SECONDARY
    text: Text | None = None


class DischargeFacts(In):
    """What the discharge tells beyond its diagnoses. ``weight`` is the dry weight.

    ``admissions_6_months`` and ``admissions_12_months`` count inpatient stays before this one, ``ed_visits_6_months``
    the emergency visits that were not the way into it; when left out, those on record count as a minimum, and none on
    record is not known: say 0 where there was none. Nor is it known whether there is oxygen at home, or what is taken,
    without ``home_oxygen`` and ``medicines``. ``procedures`` are the stay's codes: an empty list says there was none.
    """

    lvef_percent: Decimal | None = Field(default=None, ge=0, le=100, decimal_places=2)
    nyha: NyhaClass | None = None
    weight: Measured | None = None
    labs: list[LabResult] = Field(default_factory=list, max_length=200)
    medicines: list[Medicine] = Field(default_factory=list, max_length=100)
    regimen_changed: bool = False
    new_type_1: bool = False
    recurrent_severe_hypoglycaemia: bool = False
    admissions_6_months: int | None = Field(default=None, ge=0, le=1000)
    admission_type: AdmissionType | None = None
    ed_visits_6_months: int | None = Field(default=None, ge=0, le=1000)
    admissions_12_months: int | None = Field(default=None, ge=0, le=1000)
    oncology_service: bool | None = None
    pack_years: int | None = Field(default=None, ge=0, le=300)
    home_oxygen: bool | None = None
    exacerbations_12_months: int | None = Field(default=None, ge=0, le=100)
    procedures: list[Code] | None = Field(default=None, max_length=100)


class AdmitStay(In):
    """An admission, or a planned one when ``started_at`` is left out. ``time_zone`` is the hospital's."""

    model_config = example(
        {
            "patient_id": _PATIENT,
            "stay_class": "inpatient",
            "started_at": "2026-08-30T11:40:00-04:00",
            "facility": "Example General Hospital",
            "time_zone": "America/New_York",
        }
    )

    patient_id: UUID
    identifier: Identifier | None = None
    stay_class: StayClass = StayClass.INPATIENT
    started_at: Instant | None = None
    planned_for: Instant | None = None
    planned: bool = Field(default=False, description="A planned admission never counts as a readmission.")
    facility: Text | None = None
    time_zone: TimeZone | None = Field(default=None, description="The patient's zone when left out.")
    diagnoses: list[Diagnosis] = Field(default_factory=list, max_length=100)


class BeginStay(In):
    """A planned stay begins."""

    started_at: Instant = Field(examples=["2026-08-30T11:40:00-04:00"])


class DischargeStay(In):
    """A discharge. Pathways are chosen from the facts; ``pathways`` adds some by name.

    ``plan``: ``recent`` opens needs for a discharge of the last 30 days only, so that a history import opens no old
    work; ``propose`` opens none until a coordinator accepts the plan. ``adjust`` changes the plan beforehand.
    ``enroll`` asks monitoring at once to follow the patient. Diagnoses given here replace those of the stay.
    """

    model_config = example(_DISCHARGE)

    ended_at: Instant
    disposition: DischargeDisposition = DischargeDisposition.HOME
    diagnoses: list[Diagnosis] = Field(default_factory=list, max_length=100)
    complexity: Complexity = Complexity.MODERATE
    facts: DischargeFacts = DischargeFacts()
    pathways: list[PathwayKey] = Field(default_factory=list, max_length=10)
    plan: Literal["recent", "always", "never", "propose"] = "recent"
    adjust: AdjustPlan | None = None
    enroll: EnrollPatient | None = None
    owner: Code | None = None
    team: Code | None = None


class CorrectStay(In):
    """What was told wrongly of an admission or its discharge; what is left out stays as it is.

    ``facts`` and ``diagnoses`` replace those of the stay. The plan follows by difference: work that nobody has touched
    is opened, moved or withdrawn, the rest is kept with its history; earlier work follows. Of a stay in progress
    ``started_at``, ``stay_class``, ``planned``, ``facility`` and ``diagnoses`` are corrected.
    """

    model_config = example({"disposition": "short-term-hospital", "reason": "It was a transfer to the heart centre"})

    reason: Text
    started_at: Instant | None = None
    stay_class: StayClass | None = None
    planned: bool | None = None
    facility: Text | None = None
    ended_at: Instant | None = None
    disposition: DischargeDisposition | None = None
    complexity: Complexity | None = None
    diagnoses: list[Diagnosis] | None = Field(default=None, max_length=100)
    facts: DischargeFacts | None = None
    pathways: list[PathwayKey] | None = Field(default=None, max_length=10)


class EndStay(In):
    """Why a stay or a discharge is undone."""

    reason: Text = Field(examples=["Discharged the wrong patient"])


class StayRead(Versioned):
    """A stay. Instants are UTC; ``time_zone`` is the hospital's."""

    patient_id: UUID
    identifier: Identifier | None
    stay_class: StayClass
    state: StayState
    planned: bool
    planned_for: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    facility: str | None
    time_zone: str
    disposition: DischargeDisposition | None
    complexity: Complexity | None
    diagnoses: list[Diagnosis]
    facts: DischargeFacts | None
    ended_because: str | None
    created_at: datetime
    updated_at: datetime
    acts: list[AllowedAct]


class StayOverlap(Out):
    """Another inpatient stay of the patient at the same time, and what to do about it."""

    stay_id: UUID
    facility: str | None
    started_at: datetime
    ended_at: datetime | None
    note: str


class StayBegun(StayRead):
    """A stay after its admission, with the other inpatient stays it overlaps: one of them may not be right."""

    overlaps: list[StayOverlap]


class StayWithPlan(StayBegun):
    """A stay and what its discharge led to; ``plan`` is null before the discharge.

    ``risk`` are the readmission scores of the discharge as last calculated; null where none were. ``tcm`` is the
    evidence of transitional care as it stands; null where no transition home began.
    """

    plan: PlanRead | None
    risk: RiskRead | None
    tcm: TcmRead | None


class StayCorrected(StayWithPlan):
    """A stay after a correction, with what that did to its needs."""

    changes: list[NeedChangeRead]


class DischargePreview(PlanPreview):
    """What a discharge or a correction of this stay would lead to, as of the stay's ``version``."""

    stay_id: UUID
    version: int


class NeedKept(Out):
    """A need that outlives a cancelled discharge, and why."""

    need_id: UUID
    kind: str
    because: str


class DischargeCancelled(StayRead):
    """The stay is open again; untouched work is withdrawn, touched or shared work is kept."""

    withdrawn: list[UUID]
    kept: list[NeedKept]
