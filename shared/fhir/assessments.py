"""The resources of an assessment: RiskAssessment."""

from typing import Literal

from shared.fhir.elements import CodeableConcept, DateTime, Element, Many, Reference, Resource, String, Token


class Annotation(Element):
    text: String


class Prediction(Element):
    outcome: CodeableConcept | None = None
    qualitative_risk: CodeableConcept | None = None
    rationale: String | None = None


class RiskAssessment(Resource):
    resource_type: Literal["RiskAssessment"] = "RiskAssessment"
    status: Token
    method: CodeableConcept | None = None
    subject: Reference
    encounter: Reference | None = None
    occurrence_date_time: DateTime | None = None
    basis: Many[Reference] | None = None
    prediction: Many[Prediction] | None = None
    note: Many[Annotation] | None = None
