"""The FHIR R4 data types in use: strict about what is taken, silent about what is not."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from shared.fhir.times import Date, DateTime, Instant

# FHIR's strings hold no control characters but tab and line ends, and PostgreSQL's no NUL.
_CLEAN = r"[^\x00-\x08\x0B\x0C\x0E-\x1F]"
_VISIBLE = r"[^\s\x00-\x1F]"
String = Annotated[str, StringConstraints(min_length=1, max_length=5000, pattern=f"^{_CLEAN}*{_VISIBLE}{_CLEAN}*$")]
Uri = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=f"^{_VISIBLE}+$")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=f"^{_VISIBLE}+( {_VISIBLE}+)*$")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-.]{1,64}$")]
Number = Annotated[Decimal, Field(allow_inf_nan=False)]

T = TypeVar("T")
Many = Annotated[list[T], Field(min_length=1, max_length=1000)]

_MODIFIERS = {
    "modifierExtension": "A modifier extension may turn the meaning of the rest around; it is not understood here.",
    "implicitRules": "Rules named from outside are not understood here.",
}


class Element(BaseModel):
    """A part of a resource. Elements we do not keep are ignored; one that would change the meaning is refused."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _no_modifier(cls, given: Any) -> Any:
        if isinstance(given, dict):
            for name, reason in _MODIFIERS.items():
                if name in given:
                    raise PydanticCustomError("modifier", "{name}: {reason}", {"name": name, "reason": reason})
        return given


def _decimal_value(given: Any) -> Any:
    # JSON writes 7 and 7.0: both are decimals in FHIR; a bool is neither.
    if isinstance(given, dict) and type(given.get("value")) is int:
        return {**given, "value": Decimal(given["value"])}
    return given


class Money(Element):
    value: Number | None = None
    currency: Token | None = None

    @model_validator(mode="before")
    @classmethod
    def _whole_numbers(cls, given: Any) -> Any:
        return _decimal_value(given)


class Extension(Element):
    url: Uri
    extension: "Many[Extension] | None" = None
    value_code: Token | None = None
    value_boolean: bool | None = None
    value_string: String | None = None
    value_integer: int | None = None
    value_date: Date | None = None
    value_date_time: DateTime | None = None
    value_money: Money | None = None


class Coding(Element):
    system: Uri | None = None
    code: Token | None = None
    display: String | None = None


class CodeableConcept(Element):
    coding: Many[Coding] | None = None
    text: String | None = None


class Identifier(Element):
    use: Token | None = None
    type: CodeableConcept | None = None
    system: Uri | None = None
    value: String | None = None


class Period(Element):
    start: DateTime | None = None
    end: DateTime | None = None


class Quantity(Element):
    value: Number | None = None
    comparator: Token | None = None
    unit: String | None = None
    system: Uri | None = None
    code: Token | None = None

    @model_validator(mode="before")
    @classmethod
    def _whole_numbers(cls, given: Any) -> Any:
        return _decimal_value(given)


class Reference(Element):
    reference: Uri | None = None
    type: Uri | None = None
    identifier: Identifier | None = None
    display: String | None = None


class HumanName(Element):
    use: Token | None = None
    text: String | None = None
    family: String | None = None
    given: Many[String] | None = None
    prefix: Many[String] | None = None


class ContactPoint(Element):
    system: Token | None = None
    value: String | None = None
    use: Token | None = None


class Address(Element):
    use: Token | None = None
    text: String | None = None
    line: Many[String] | None = None
    city: String | None = None
    state: String | None = None
    postal_code: String | None = None
    country: String | None = None


class Meta(Element):
    version_id: Id | None = None
    last_updated: Instant | None = None
    source: Uri | None = None


class Resource(Element):
    """What every resource has."""

    resource_type: str
    id: Id | None = None
    meta: Meta | None = None
    extension: Many[Extension] | None = None


def first(concept: CodeableConcept | None, takes: Callable[[Coding], bool]) -> Coding | None:
    """The first coding of a concept that ``takes`` accepts."""
    codings = (concept.coding or []) if concept else []
    return next((coding for coding in codings if takes(coding)), None)


__all__ = [
    "Address", "CodeableConcept", "Coding", "ContactPoint", "Date", "DateTime", "Element", "Extension", "HumanName",
    "Id", "Identifier", "Instant", "Many", "Meta", "Money", "Number", "Period", "Quantity", "Reference", "Resource",
    "String", "Token", "Uri", "first",
]  # fmt: skip
