"""The resources in use, with the elements that are read or written here."""

from typing import Literal

from pydantic import Field

from shared.fhir.elements import (
    Address,
    CodeableConcept,
    Coding,
    ContactPoint,
    Date,
    DateTime,
    Element,
    HumanName,
    Identifier,
    Instant,
    Many,
    Period,
    Quantity,
    Reference,
    Resource,
    String,
    Token,
)


class Communication(Element):
    language: CodeableConcept
    preferred: bool | None = None


class PatientLink(Element):
    other: Reference
    type: Token


class Patient(Resource):
    resource_type: Literal["Patient"] = "Patient"
    identifier: Many[Identifier] | None = None
    active: bool | None = None
    name: Many[HumanName] | None = None
    telecom: Many[ContactPoint] | None = None
    gender: Token | None = None
    birth_date: Date | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: DateTime | None = None
    address: Many[Address] | None = None
    communication: Many[Communication] | None = None
    general_practitioner: Many[Reference] | None = None
    link: Many[PatientLink] | None = None


class Participant(Element):
    individual: Reference | None = None


class Hospitalization(Element):
    discharge_disposition: CodeableConcept | None = None


class Encounter(Resource):
    resource_type: Literal["Encounter"] = "Encounter"
    identifier: Many[Identifier] | None = None
    status: Token
    class_: Coding = Field(alias="class")
    type: Many[CodeableConcept] | None = None
    subject: Reference | None = None
    participant: Many[Participant] | None = None
    period: Period | None = None
    reason_code: Many[CodeableConcept] | None = None
    hospitalization: Hospitalization | None = None
    service_provider: Reference | None = None


class Condition(Resource):
    resource_type: Literal["Condition"] = "Condition"
    identifier: Many[Identifier] | None = None
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    category: Many[CodeableConcept] | None = None
    code: CodeableConcept | None = None
    subject: Reference
    encounter: Reference | None = None
    onset_date_time: DateTime | None = None
    abatement_date_time: DateTime | None = None
    recorded_date: DateTime | None = None


class Practitioner(Resource):
    resource_type: Literal["Practitioner"] = "Practitioner"
    identifier: Many[Identifier] | None = None
    active: bool | None = None
    name: Many[HumanName] | None = None
    telecom: Many[ContactPoint] | None = None
    address: Many[Address] | None = None
    gender: Token | None = None
    communication: Many[CodeableConcept] | None = None


class Organization(Resource):
    resource_type: Literal["Organization"] = "Organization"
    identifier: Many[Identifier] | None = None
    active: bool | None = None
    type: Many[CodeableConcept] | None = None
    name: String | None = None
    telecom: Many[ContactPoint] | None = None
    address: Many[Address] | None = None


class Component(Element):
    code: CodeableConcept
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_integer: int | None = None
    data_absent_reason: CodeableConcept | None = None


class Observation(Resource):
    resource_type: Literal["Observation"] = "Observation"
    identifier: Many[Identifier] | None = None
    status: Token
    category: Many[CodeableConcept] | None = None
    code: CodeableConcept
    subject: Reference | None = None
    effective_date_time: DateTime | None = None
    effective_instant: Instant | None = None
    issued: Instant | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_integer: int | None = None
    data_absent_reason: CodeableConcept | None = None
    device: Reference | None = None
    component: Many[Component] | None = None
