"""Questionnaire and QuestionnaireResponse, with the elements that are read or written here."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import model_validator

from shared.fhir.elements import (
    Coding,
    Date,
    DateTime,
    Element,
    Identifier,
    Many,
    Number,
    Reference,
    Resource,
    String,
    Token,
    Uri,
)


class AnswerOption(Element):
    value_coding: Coding


class QuestionnaireItem(Element):
    link_id: String
    text: String
    type: Token
    required: bool
    answer_option: Many[AnswerOption] | None = None


class Questionnaire(Resource):
    resource_type: Literal["Questionnaire"] = "Questionnaire"
    url: Uri
    version: String
    title: String
    status: Token
    subject_type: Many[Token]
    date: Date
    copyright: String | None = None
    item: Many[QuestionnaireItem]


class ResponseAnswer(Element):
    value_boolean: bool | None = None
    value_decimal: Number | None = None
    value_integer: int | None = None
    value_string: String | None = None
    value_coding: Coding | None = None

    @model_validator(mode="before")
    @classmethod
    def _whole_numbers(cls, given: Any) -> Any:
        # JSON writes 7 and 7.0: both are decimals in FHIR.
        if isinstance(given, dict) and type(given.get("valueDecimal")) is int:
            return {**given, "valueDecimal": Decimal(given["valueDecimal"])}
        return given


class ResponseItem(Element):
    link_id: String
    answer: Many[ResponseAnswer] | None = None
    item: Many[Any] | None = None


class QuestionnaireResponse(Resource):
    resource_type: Literal["QuestionnaireResponse"] = "QuestionnaireResponse"
    identifier: Identifier | None = None
    questionnaire: Uri
    status: Token
    subject: Reference | None = None
    authored: DateTime | None = None
    item: Many[ResponseItem] | None = None
