"""No refusal of a request's shape speaks the library's language."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_core._pydantic_core import list_all_errors

from shared.contracts.base import ONE_LINE, READABLE
from shared.contracts.reasons import PATTERNS, REASONS, reason
from shared.web.errors import Malformed, shape_errors
from tests.support.contract_models import inputs

# Which errors a kind of schema can raise; what a kind takes only from Python, not from JSON or an address, is left out.
RAISES = {
    "str": "string_type string_too_short string_too_long string_pattern_mismatch",
    "int": "int_type int_parsing int_parsing_size int_from_float",
    "float": "float_type float_parsing finite_number",
    "decimal": "decimal_type decimal_parsing decimal_max_digits decimal_max_places decimal_whole_digits finite_number",
    "bool": "bool_type bool_parsing",
    "bytes": "bytes_type bytes_too_short bytes_too_long",
    "date": "date_type date_parsing date_from_datetime_parsing date_from_datetime_inexact",
    "datetime": "datetime_type datetime_parsing datetime_from_date_parsing timezone_aware",
    "time": "time_type time_parsing timezone_naive",
    "timedelta": "time_delta_type time_delta_parsing",
    "uuid": "uuid_type uuid_parsing",
    "list": "list_type too_short too_long",
    "dict": "dict_type too_short too_long",
    "model": "model_type",
    "model-fields": "missing extra_forbidden model_attributes_type",
    "enum": "enum",
    "literal": "literal_error",
}
LIMITS = {"gt": "greater_than", "ge": "greater_than_equal", "lt": "less_than", "le": "less_than_equal"}
SILENT = {
    "any", "default", "definition-ref", "definitions", "function-after", "function-before", "function-plain",
    "function-wrap", "model-field", "no-info", "nullable", "union", "with-info", "json", "none", "tagged-union",
    "chain", "lax-or-strict", "is-instance", "format", "to-string",
}  # fmt: skip
KINDS: dict[str, Any] = {each["type"]: each for each in list_all_errors()}


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for name, each in schema.items():
            if name != "metadata":
                yield from parts(each)
    elif isinstance(schema, list | tuple):
        for each in schema:
            yield from parts(each)


def every(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from every(each)


def test_every_error_that_a_contract_can_raise_has_words_of_its_own() -> None:
    schemas = [part for model in inputs() for part in parts(model.__pydantic_core_schema__)]
    kinds = {part["type"] for part in schemas}
    assert kinds - SILENT - set(RAISES) == set(), "say in RAISES what these kinds can raise"
    asked = {error for kind in kinds & set(RAISES) for error in RAISES[kind].split()}
    asked |= {error for limit, error in LIMITS.items() if any(limit in part for part in schemas)}
    asked.add("json_invalid")
    assert asked <= set(KINDS)
    assert asked - set(REASONS) == set()


@pytest.mark.parametrize("service", ["coordination", "monitoring"])
def test_every_pattern_a_caller_may_miss_is_said_in_words_with_an_example(service: str) -> None:
    document = json.loads(Path(f"docs/openapi/{service}.json").read_text())
    asked = {part["pattern"] for part in every(document) if isinstance(part.get("pattern"), str)}
    assert len(asked) >= 5
    assert asked - {READABLE, ONE_LINE} - set(PATTERNS) == set(), "say in PATTERNS what is meant, with an example"
    for pattern in asked & set(PATTERNS):
        error = {"type": "string_pattern_mismatch", "loc": ("query", "x"), "msg": "", "ctx": {"pattern": pattern}}
        assert reason(error) == ("field.invalid", PATTERNS[pattern])
    for pattern in set(PATTERNS) - {pattern for pattern in PATTERNS if "such as" not in PATTERNS[pattern]}:
        first = re.split(r",| or | and |…", PATTERNS[pattern].rpartition("such as ")[2])[0]
        assert "…" in PATTERNS[pattern] or re.fullmatch(pattern, first), (pattern, first)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"value_error", "assertion_error"}))
def test_the_librarys_own_words_are_never_shown(kind: str) -> None:
    told = KINDS[kind]["example_context"] or {}
    error = {"type": kind, "loc": ("body", "unit"), "msg": KINDS[kind]["example_message_python"], "ctx": told}
    code, why = reason(error)
    assert why != error["msg"]
    if kind not in ("json_invalid", "json_type"):
        spoken = why.lower().replace("{…}", "").split()
        assert not {"input", "valid", "decimal", "dictionary", "instance", "datetime"} & set(spoken), why
        assert "{" not in "".join(spoken)
    assert "." in code


def test_what_is_wrong_in_the_address_is_no_fault_of_the_body_and_names_no_kind_of_the_library() -> None:
    pattern = {"pattern": r"^20\d\d(-(0[1-9]|1[0-2]))?$"}
    period = {"type": "string_pattern_mismatch", "loc": ("query", "period"), "msg": "", "ctx": pattern}
    said = Malformed(shape_errors([period]))
    assert (said.shape_code, said.detail) == (
        "query.invalid", "/query/period must be a year or a month, such as 2026 or 2026-09."
    )  # fmt: skip
    branch = {"type": "string_too_long", "msg": "", "ctx": {"max_length": 100}}
    tried = [{**branch, "loc": ("query", "team", kind, 0)} for kind in ("list[constrained-str]", "constrained-str")]
    assert [each["pointer"] for each in shape_errors(tried)] == ["/query/team/0", "/query/team/0"]
    header = {"type": "missing", "loc": ("header", "If-Match"), "msg": "Field required"}
    assert Malformed(shape_errors([header])).shape_code == "header.invalid"
    body = {"type": "missing", "loc": ("body", "unit"), "msg": "Field required"}
    assert [Malformed(shape_errors(each)).shape_code for each in ([body], [header, body])] == ["body.invalid"] * 2


def test_a_pointer_leads_into_the_body_that_was_sent() -> None:
    body = {"slot": "soon", "prices": [{"a/b~c": 1}], "uuid": {}, "kind": {"of": "x"}}

    def pointer(kind: str, *loc: str | int) -> str:
        (error,) = shape_errors([{"type": kind, "loc": ("body", *loc), "msg": "", "ctx": {"expected": "x"}}], body)
        return error["pointer"]

    assert pointer("uuid_parsing", "slot", "uuid") == "/body/slot"
    assert pointer("literal_error", "slot", "literal['earliest']") == "/body/slot"
    assert pointer("extra_forbidden", "prices", 0, "a/b~c") == "/body/prices/0/a~1b~0c"
    assert pointer("missing", "kind", "SomeModel", "size") == "/body/kind/size"
    assert pointer("missing", "uuid", "decimal") == "/body/uuid/decimal"
    assert pointer("missing", "prices", 0, "amount") == "/body/prices/0/amount"


def test_a_sentence_of_our_own_is_shown_as_it_is_and_the_body_has_no_pointer() -> None:
    ours = {"type": "value_error", "loc": ("body",), "msg": "Value error, give to_owner, to_team, or both", "ctx": {}}
    assert Malformed(shape_errors([ours])).detail == "Give to_owner, to_team, or both."
    wrong = {"type": "dict_type", "loc": ("body",), "msg": "Input should be a valid dictionary"}
    assert Malformed(shape_errors([wrong])).detail == "The body must be an object with names and values, as in {…}."
    pair = {**ours, "loc": ("body", "site"), "msg": "Value error, give both latitude and longitude, or neither"}
    missing = {"type": "missing", "loc": ("body", "unit"), "msg": "Field required"}
    said = Malformed(shape_errors([pair, missing])).detail
    assert said == "/body/site: give both latitude and longitude, or neither. And 1 more: see errors."
