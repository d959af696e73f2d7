"""The resources of a request and what becomes of it: ServiceRequest, Task, Appointment."""

from typing import Literal

from pydantic import Field

from shared.fhir.elements import (
    CodeableConcept,
    DateTime,
    Element,
    Identifier,
    Instant,
    Many,
    Period,
    Reference,
    Resource,
    String,
    Token,
)


class ServiceRequest(Resource):
    resource_type: Literal["ServiceRequest"] = "ServiceRequest"
    identifier: Many[Identifier] | None = None
    replaces: Many[Reference] | None = None
    status: Token
    intent: Token
    category: Many[CodeableConcept] | None = None
    priority: Token | None = None
    do_not_perform: bool | None = None
    code: CodeableConcept | None = None
    subject: Reference
    encounter: Reference | None = None
    occurrence_date_time: DateTime | None = None
    occurrence_period: Period | None = None
    authored_on: DateTime | None = None
    requester: Reference | None = None
    performer: Many[Reference] | None = None
    reason_code: Many[CodeableConcept] | None = None


class Restriction(Element):
    period: Period | None = None


class Task(Resource):
    resource_type: Literal["Task"] = "Task"
    status: Token
    status_reason: CodeableConcept | None = None
    business_status: CodeableConcept | None = None
    intent: Token
    priority: Token | None = None
    code: CodeableConcept | None = None
    focus: Reference | None = None
    for_: Reference | None = Field(None, alias="for")
    authored_on: DateTime | None = None
    last_modified: DateTime | None = None
    requester: Reference | None = None
    owner: Reference | None = None
    restriction: Restriction | None = None


class AppointmentParticipant(Element):
    actor: Reference | None = None
    status: Token


class Appointment(Resource):
    resource_type: Literal["Appointment"] = "Appointment"
    status: Token
    description: String | None = None
    start: Instant | None = None
    end: Instant | None = None
    created: DateTime | None = None
    based_on: Many[Reference] | None = None
    participant: Many[AppointmentParticipant]
