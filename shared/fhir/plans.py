"""The resources of treatment: CarePlan with its contained Goals, MedicationRequest."""

from typing import Literal

from shared.fhir.assessments import Annotation
from shared.fhir.elements import (
    CodeableConcept,
    Date,
    DateTime,
    Element,
    Identifier,
    Many,
    Number,
    Period,
    Quantity,
    Reference,
    Resource,
    String,
    Token,
    Uri,
)


class Narrative(Element):
    status: Token
    div: str


class GoalTarget(Element):
    due_date: Date | None = None


class Goal(Resource):
    resource_type: Literal["Goal"] = "Goal"
    identifier: Many[Identifier] | None = None
    lifecycle_status: Token
    description: CodeableConcept
    subject: Reference
    target: Many[GoalTarget] | None = None


class ActivityDetail(Element):
    kind: Token | None = None
    code: CodeableConcept | None = None
    status: Token
    product_codeable_concept: CodeableConcept | None = None
    daily_amount: Quantity | None = None
    quantity: Quantity | None = None
    description: String | None = None


class Activity(Element):
    detail: ActivityDetail


class CarePlan(Resource):
    resource_type: Literal["CarePlan"] = "CarePlan"
    text: Narrative | None = None
    contained: Many[Goal] | None = None
    replaces: Many[Reference] | None = None
    status: Token
    intent: Token
    category: Many[CodeableConcept] | None = None
    title: String | None = None
    subject: Reference
    period: Period | None = None
    created: DateTime | None = None
    author: Reference | None = None
    goal: Many[Reference] | None = None
    activity: Many[Activity] | None = None
    note: Many[Annotation] | None = None


class TimingRepeat(Element):
    frequency: int
    period: Number
    period_unit: Token


class Timing(Element):
    repeat: TimingRepeat


class DoseAndRate(Element):
    dose_quantity: Quantity


class Dosage(Element):
    text: String
    timing: Timing | None = None
    route: CodeableConcept | None = None
    dose_and_rate: Many[DoseAndRate] | None = None


class MedicationRequest(Resource):
    resource_type: Literal["MedicationRequest"] = "MedicationRequest"
    status: Token
    status_reason: CodeableConcept | None = None
    intent: Token
    priority: Token | None = None
    do_not_perform: bool | None = None
    reported_boolean: bool | None = None
    medication_codeable_concept: CodeableConcept
    subject: Reference
    authored_on: DateTime | None = None
    requester: Reference | None = None
    recorder: Reference | None = None
    reason_code: Many[CodeableConcept] | None = None
    instantiates_uri: Many[Uri] | None = None
    based_on: Many[Reference] | None = None
    note: Many[Annotation] | None = None
    dosage_instruction: Many[Dosage] | None = None
