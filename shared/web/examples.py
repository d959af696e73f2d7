"""Puts the demo's own records into the examples of the OpenAPI document, so that they run as they stand."""

import json
from pathlib import Path
from typing import Any


def fill(document: dict[str, Any], file: Path, service: str) -> bool:
    """Set the example of every operation's parameters and body, and say for whose token it is.

    Returns whether there were any: the file is written when the demo data are complete.
    """
    if not file.is_file():
        return False
    examples: dict[str, Any] = json.loads(file.read_text()).get(service, {})
    for operations in document["paths"].values():
        for operation in operations.values():
            if (example := examples.get(operation["operationId"])) is not None:
                _show(operation, example)
    return True


def _show(operation: dict[str, Any], example: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if (value := example["parameters"].get(parameter["name"].lower())) is not None:
            parameter["example"] = value
    for medium, body in example.get("bodies", {}).items():
        operation["requestBody"]["content"][medium]["example"] = body
    if role := example["role"]:
        operation["x-example-role"] = role
        operation["description"] += f" · the example: **{role}** (`make token ROLE={role}`)"
