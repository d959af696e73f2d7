"""FHIR JSON in and out: decimals keep their digits, nothing is nested without end."""

import json
from decimal import Decimal
from typing import Any, ClassVar

import orjson

from shared.kit.names import once
from shared.kit.problems import Problem

MEDIA_TYPE = "application/fhir+json"


class NotJson(Problem):
    status: ClassVar[int] = 400
    code: ClassVar[str] = "body.not-json"
    title: ClassVar[str] = "The body is not JSON"


class TooDeep(Problem):
    status: ClassVar[int] = 400
    code: ClassVar[str] = "body.too-deep"
    title: ClassVar[str] = "The body is nested too deeply"


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``; numbers with a fraction become Decimal, digit for digit.

    Raises:
        NotJson: not UTF-8, not JSON, NaN or Infinity, or not an object.
        DuplicateName: an object has the same name twice.
        TooDeep: nested deeper than the parser goes (about a thousand levels).
    """
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=once)
    except RecursionError:
        raise TooDeep("No FHIR resource is nested this deeply. Send one resource as it is defined.") from None
    except ValueError as error:
        where = f" near character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise NotJson(f"The body cannot be read as JSON{where}. Send one FHIR resource as UTF-8 JSON.") from None
    if not isinstance(found, dict):
        raise NotJson("The body is JSON but not an object. Send one FHIR resource.")
    return found


def dump(resource: dict[str, Any]) -> bytes:
    """A resource as UTF-8 JSON; Decimals are written as numbers, digit for digit."""
    return orjson.dumps(resource, default=_number)


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no place in a FHIR resource")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
