"""The models of what callers send, and the fields of their schemas."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

import shared.contracts
from shared.contracts.base import In

_PLAIN = frozenset({"title", "description", "default", "examples", "minLength", "maxLength"})


def inputs() -> list[type[BaseModel]]:
    """Every model of what a caller sends, by name."""
    for each in pkgutil.walk_packages(shared.contracts.__path__, "shared.contracts."):
        importlib.import_module(each.name)
    # Tests have messages of their own; which of them were imported by now differs between workers.
    ours = [model for model in _below(In) if not model.__module__.startswith("tests.")]
    return sorted(ours, key=lambda model: f"{model.__module__}.{model.__name__}")


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)


def fields(model: type[BaseModel]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The plain parts of a model's fields, lists and choices looked into: path, and what its schema asks for."""
    for name, schema in model.model_json_schema().get("properties", {}).items():
        yield from _parts(name, schema)


def _parts(path: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, {key: value for key, value in schema.items() if key not in _PLAIN}
    choices = [each for name in ("anyOf", "oneOf", "allOf") for each in schema.get(name, ())]
    if {"number", "string"} <= {each.get("type") for each in choices}:
        return  # a number, which may be written as a text
    for each in choices:
        yield from _parts(path, each)
    if isinstance(schema.get("items"), dict):
        yield from _parts(f"{path}[]", schema["items"])
