"""From JSON to a typed resource, or to a list of what is wrong and where."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.contracts.reasons import reason
from shared.fhir.elements import Resource
from shared.fhir.problems import Finding, Invalid, WrongType

R = TypeVar("R", bound=Resource)
M = TypeVar("M", bound=BaseModel)

_REASONS = {
    "missing": "is needed",
    "string_type": "must be a string",
    "list_type": "must be an array",
    "model_type": "must be an object",
    "bool_type": "must be true or false",
    "is_instance_of": "must be a number",
    "decimal_type": "must be a number",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "is not written as FHIR asks",
}
_MOST = 20


def validate(model: type[R], raw: Any) -> R:
    """``raw`` as a resource of type ``model``.

    Raises:
        WrongType: its resourceType is another one.
        Invalid: its shape is not FHIR's; lists up to 20 places, never a value.
    """
    wanted = model.__name__
    if not isinstance(raw, dict) or raw.get("resourceType") != wanted:
        raise WrongType(f"A resource with resourceType {wanted} is expected here.", expression=wanted)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise Invalid([_finding(wanted, found) for found in error.errors(include_input=False)[:_MOST]]) from None


def _finding(root: str, error: Any) -> Finding:
    expression = root
    for part in error["loc"]:
        expression += f"[{part}]" if isinstance(part, int) else f".{part}"
    kind: str = error["type"]
    return Finding(expression, _code(kind), _REASONS.get(kind) or reason(error)[1])


def _code(kind: str) -> str:
    ours = {"missing": "element.missing", "modifier": "modifier-extension.not-understood"}
    return ours.get(kind, kind if "." in kind else "element.invalid")


def made(model: type[M], at: str, **values: Any) -> M:
    """A contract from a resource's values.

    Raises:
        Invalid: a value that FHIR allows and the contract does not, such as a text that is too long.
    """
    try:
        return model(**values)
    except ValidationError as error:
        found = error.errors(include_input=False)[:_MOST]
        raise Invalid(
            [Finding(at, _code(one["type"]), f"{_place(one['loc'])}: {reason(one)[1]}") for one in found]
        ) from None


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)
