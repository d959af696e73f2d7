"""The resources of a directory: Location, PractitionerRole, HealthcareService, Schedule, Slot."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import model_validator

from shared.fhir.elements import (
    Address,
    CodeableConcept,
    ContactPoint,
    Element,
    Identifier,
    Instant,
    Many,
    Number,
    Reference,
    Resource,
    String,
    Token,
)


class Position(Element):
    longitude: Number
    latitude: Number

    @model_validator(mode="before")
    @classmethod
    def _whole_degrees(cls, given: Any) -> Any:
        # JSON writes 7 and 7.0: both are decimals in FHIR.
        if isinstance(given, dict):
            return {name: Decimal(value) if type(value) is int else value for name, value in given.items()}
        return given


class Location(Resource):
    resource_type: Literal["Location"] = "Location"
    identifier: Many[Identifier] | None = None
    status: Token | None = None
    name: String | None = None
    telecom: Many[ContactPoint] | None = None
    address: Address | None = None
    position: Position | None = None


class PractitionerRole(Resource):
    resource_type: Literal["PractitionerRole"] = "PractitionerRole"
    identifier: Many[Identifier] | None = None
    active: bool | None = None
    practitioner: Reference | None = None
    organization: Reference | None = None
    specialty: Many[CodeableConcept] | None = None
    location: Many[Reference] | None = None
    telecom: Many[ContactPoint] | None = None


class HealthcareService(Resource):
    resource_type: Literal["HealthcareService"] = "HealthcareService"
    identifier: Many[Identifier] | None = None
    active: bool | None = None
    provided_by: Reference | None = None
    name: String | None = None
    specialty: Many[CodeableConcept] | None = None
    location: Many[Reference] | None = None
    telecom: Many[ContactPoint] | None = None
    communication: Many[CodeableConcept] | None = None


class Schedule(Resource):
    resource_type: Literal["Schedule"] = "Schedule"
    identifier: Many[Identifier] | None = None
    active: bool | None = None
    actor: Many[Reference]


class Slot(Resource):
    resource_type: Literal["Slot"] = "Slot"
    identifier: Many[Identifier] | None = None
    schedule: Reference
    status: Token
    start: Instant
    end: Instant
