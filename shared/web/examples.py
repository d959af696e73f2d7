"""Puts ids of the demo data into the examples of the OpenAPI document, so that they run as they stand."""

import json
from pathlib import Path
from typing import Any


def fill(document: dict[str, Any], file: Path, service: str) -> bool:
    """Set the example of every path and query parameter, and of ids in bodies, from the demo's own ids.

    Returns whether there were any: the file is written when the demo data are complete.
    """
    if not file.is_file():
        return False
    ids: dict[str, str] = json.loads(file.read_text()).get(service, {})
    for operations in document["paths"].values():
        for operation in operations.values():
            parameters = operation.get("parameters", [])
            versions = [ids[key] for each in parameters if (key := f"{each['name']}.version") in ids]
            for parameter in parameters:
                _fill_parameter(parameter, ids, versions)
    for schema in document["components"]["schemas"].values():
        schema["examples"] = [_with_ids(example, ids) for example in schema.get("examples", [])]
        if not schema["examples"]:
            del schema["examples"]
    return True


def _fill_parameter(parameter: dict[str, Any], ids: dict[str, str], versions: list[str]) -> None:
    name = parameter["name"].lower()
    if name == "if-match" and versions:
        parameter["example"] = f'"{versions[-1]}"'
    elif (parameter["in"] == "path" or parameter.get("required")) and name in ids:
        parameter["example"] = ids[name]


def _with_ids(example: Any, ids: dict[str, str]) -> Any:
    if isinstance(example, dict):
        return {key: _replaced(key, value, ids) for key, value in example.items()}
    return [_with_ids(part, ids) for part in example] if isinstance(example, list) else example


def _replaced(key: str, value: Any, ids: dict[str, str]) -> Any:
    return ids[key] if key in ids and isinstance(value, str) else _with_ids(value, ids)
