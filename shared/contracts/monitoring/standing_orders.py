"""Standing orders: signed documents that let named nurses adjust a named drug within bounds (clinical §6)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from shared.contracts.base import AllowedAct, Code, In, LongText, Name, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.medicines import Dose
from shared.vocabulary import DoseForm, MedicineClass, Metric, Role, Route, StandingOrderState, StepRule

Lines = Annotated[list[Text], Field(min_length=1, max_length=30)]

BASAL: JsonDict = {
    "key": "basal-insulin",
    "title": "Titration of insulin glargine by RN case managers",
    "condition": "diabetes",
    "rxnorm": "274783",
    "drug": "insulin glargine",
    "form": "injection-pen",
    "route": "subcutaneous",
    "concentration": "U-100",
    "unit": "[iU]",
    "indication": "Type 2 diabetes, fasting glucose above goal",
    "inclusion": ["Adult with type 2 diabetes on basal insulin"],
    "exclusion": ["Pregnancy", "Type 1 diabetes", "Dialysis"],
    "excluded_circumstances": ["pregnancy", "type-1-diabetes", "dialysis"],
    "required": [{"metric": "body_weight", "max_age_hours": 2160}],
    "rule": "basal-insulin",
    "rule_numbers": {},
    "min_interval_hours": 72,
    "min_single": 20,
    "max_single": 60,
    "max_daily": 60,
    "max_change": 10,
    "max_change_percent": 20,
    "stop_rules": ["Any value below 70 mg/dL: no increase for 7 days"],
    "monitoring": ["Fasting glucose every morning", "Call 72 h after a change"],
    "recheck_days": 3,
    "labs_from_day": None,
    "labs_to_day": None,
    "when_to_call": ["Level 2 or 3 hypoglycaemia", "Fasting above 300 mg/dL twice"],
    "roles": ["case_manager"],
    "persons": [{"person": "dev.case_manager", "competent_until": "2027-06-30"}],
    "training": "RN module on insulin titration",
    "competence": "Observed titration of five patients, yearly test",
    "supervision": "Prescriber reachable by phone during hours",
    "setting": "Remote case management of enrolled adults",
    "record_keeping": "Inputs, allowed doses and chosen dose are kept with each change",
    "periodic_review": "Every 12 months by the medical director",
    "cosign_business_days": 1,
    "jurisdiction": "US-WA",
    "effective": "2026-08-01",
    "expires": "2027-07-31",
}


class RequiredReading(In):
    """A value without which no step is taken, and how old it may be."""

    metric: Metric
    max_age_hours: int = Field(ge=1, le=8784)


class NamedPerson(In):
    """Somebody who may use the order, until their competency lapses (last day)."""

    person: Name
    competent_until: date


class OrderText(In):
    """The eleven elements of a standardized procedure as data; doses are in ``unit``."""

    model_config = example(BASAL)

    key: Code = Field(description="Names the order from version to version.")
    title: Name
    condition: Code = Field(description="The protocol under which the patient must be enrolled.")
    rxnorm: Code
    drug: Text
    form: DoseForm
    route: Route
    concentration: Code | None = None
    unit: Code
    indication: Text
    inclusion: Lines
    exclusion: Lines
    excluded_circumstances: list[Code] = Field(max_length=30)
    required: list[RequiredReading] = Field(min_length=1, max_length=20)
    rule: StepRule
    rule_numbers: dict[Code, Decimal] = Field(default_factory=dict, max_length=20)
    min_interval_hours: int = Field(ge=1, le=8784)
    min_single: Dose
    max_single: Dose
    max_daily: Dose
    max_change: Dose = Field(description="Largest change from the dose a prescriber set last.")
    max_change_percent: Dose = Field(description="The same in percent of that dose; the smaller of both holds.")
    stop_rules: Lines
    monitoring: Lines
    recheck_days: int | None = Field(default=None, ge=1, le=90)
    labs_from_day: int | None = Field(default=None, ge=1, le=90)
    labs_to_day: int | None = Field(default=None, ge=1, le=90)
    when_to_call: Lines
    roles: list[Role] = Field(min_length=1, max_length=5)
    persons: list[NamedPerson] = Field(min_length=1, max_length=200)
    training: LongText
    competence: LongText
    supervision: Text
    setting: Text
    record_keeping: LongText
    periodic_review: Text
    cosign_business_days: int | None = Field(default=1, ge=1, le=10, description="Null: no co-signature is asked for.")
    jurisdiction: Code
    effective: date
    expires: date


class SignOrder(In):
    """The signatory's name as it stands on the document."""

    model_config = example({"signature": "Dr. Example, MD"})

    signature: Text


class RevokeOrder(In):
    """Why an order no longer holds."""

    model_config = example({"reason": "Withdrawn after review"})

    reason: Text


class EnrollUnderOrder(In):
    """A prescriber signs the order for one patient, with bounds within the order's."""

    model_config = example(
        {
            "patient_id": "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a11",
            "min_single": 20,
            "max_single": 45,
            "max_daily": 45,
            "signature": "Dr. Example, MD",
        }
    )

    patient_id: UUID
    min_single: Dose
    max_single: Dose
    max_daily: Dose
    signature: Text


class StandingOrderRead(Versioned):
    """A version of a standing order; ``number`` counts the versions of its key."""

    key: str
    number: int
    state: StandingOrderState
    title: str
    drug_class: MedicineClass
    text: OrderText
    rule_version: str
    author: str
    signed_by: str | None
    signature: str | None
    signed_at: datetime | None
    revoked_by: str | None
    revoked_at: datetime | None
    revoke_reason: str | None
    acts: list[AllowedAct]


class SuspendedRead(Out):
    """Somebody whose co-signature is overdue: they may not use the order for this patient until it is given."""

    person: str
    plan_change_id: UUID
    since: datetime


class PatientOrderRead(Versioned):
    """A standing order signed for one patient."""

    standing_order_id: UUID
    patient_id: UUID
    min_single: Decimal
    max_single: Decimal
    max_daily: Decimal
    signed_by: str
    signature: str
    signed_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    suspended: list[SuspendedRead]
