"""What an operation's example is made of: a record of its own, or else the usual one, and the contract's body."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

_TOLD = re.compile(r"^2026-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$")
_LINES = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Usual:
    """What an operation of a service without an example of its own is about: ids by parameter name."""

    room: Room
    service: str
    ids: Mapping[str, str]


def complete(
    operation: Mapping[str, Any], own: Example | None, usual: Usual, schemas: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything the document shows for one operation: role, parameters by lower-case name, a body for each medium."""
    example = own or Example()
    asked = operation.get("parameters", [])
    needed = {each["name"].lower(): each["schema"] for each in asked if each["in"] == "path" or each.get("required")}
    told = {name: _about(schema["examples"][0], usual) for name, schema in needed.items() if schema.get("examples")}
    values = told | {name: value for name, value in usual.ids.items() if name in needed} | example.parameters()
    if any(each["name"] == "Idempotency-Key" for each in asked):
        # A repeat of the example gets the first answer again.
        values["idempotency-key"] = f"example-{operation['operationId']}"
    roles = operation.get("x-roles", [])
    role = example.role or (roles[0] if roles else None)
    if role == Role.SERVICE:
        values["careweave-organization"] = str(usual.room.desk.clinic.id)
    said: dict[str, Any] = {"role": role, "parameters": values}
    bodies = operation.get("requestBody", {}).get("content", {})
    if bodies:
        said["bodies"] = _bodies(bodies, example, usual, schemas)
    return said


def _bodies(content: Mapping[str, Any], example: Example, usual: Usual, schemas: Mapping[str, Any]) -> dict[str, Any]:
    shown = {}
    for medium, each in content.items():
        body = example.body
        if body is None:
            told = each["example"] if "example" in each else of_schema(each["schema"], schemas)
            body = _about(told, usual)
        shown[medium] = json.dumps(body) if medium == _LINES else body
    return shown


def of_schema(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """The model's example, or the examples of its fields."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if examples := schema.get("examples"):
        return examples[0]
    fields = schema.get("properties", {})
    return {name: field["examples"][0] for name, field in fields.items() if field.get("examples")}


def _about(told: Any, usual: Usual) -> Any:
    """The contract's example about the usual records, its instants moved to before the seed."""
    if isinstance(told, dict):
        return {name: _member(name, value, usual) for name, value in told.items()}
    if isinstance(told, list):
        return [_about(each, usual) for each in told]
    return usual.room.moved(told) if isinstance(told, str) and _TOLD.match(told) else told


def _member(name: str, value: Any, usual: Usual) -> Any:
    known = isinstance(value, str) and name in usual.ids and name.endswith("_id")
    return usual.ids[name] if known else _about(value, usual)
