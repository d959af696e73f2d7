"""The body of a batch: a JSON array, or one JSON object a line; one bad item never costs the others."""

import json
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from services.monitoring.domain.reading_problems import MalformedBatch, NotAnArray, TooManyItems
from shared.contracts.monitoring.readings import MAX_ITEMS, Item, RecordReading, UnreadableItem
from shared.kit import names
from shared.web.errors import sentence, shape_errors
from shared.web.route import NotJson, is_json

_ARRAY = TypeAdapter(list[RecordReading])
_ONE = TypeAdapter(RecordReading)
_TWICE = "It has a name more than once, and nobody can tell which was meant. Send each name once."
_LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines"})


def one_of(body: bytes, content_type: str) -> RecordReading | None:
    """The one reading of a body; None when it is none, and has to be told what is wrong with it."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return None
    try:
        found = _ONE.validate_json(body)
    except ValidationError:
        return None
    return found if _names([found]) == names.at_most(body) else _once(found, body)


def _once(found: RecordReading, body: bytes) -> RecordReading | None:
    try:
        names.check(body)
    except names.DuplicateName:
        return None
    return found


def _names(items: Sequence[RecordReading]) -> int:
    """How many names these were written with, if none came twice."""
    count = 0
    for each in items:
        count += len(each.model_fields_set)
        if each.context:
            count += len(each.context)
        count += 2 * (each.patient_identifier is not None) + 2 * (each.external_id is not None)
    return count


def items_of(body: bytes, content_type: str) -> Sequence[Item]:
    """The items of a batch in the order sent.

    Raises:
        NotJson: sent as something else.
        MalformedBatch: not JSON at all.
        NotAnArray: JSON, but not an array.
        TooManyItems: more than 10,000.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media and media not in _LINES and not is_json(media):
        raise NotJson("Send a JSON array as application/json, or one reading a line as application/x-ndjson.")
    items = _lines(body) if media in _LINES else _array(body)
    if len(items) > MAX_ITEMS:
        raise TooManyItems(f"Send at most {MAX_ITEMS} readings in one call; these were {len(items)}.")
    return items


def _array(body: bytes) -> Sequence[Item]:
    try:
        # The raw bytes straight into models: parsing first and validating after takes half as long again.
        found = _ARRAY.validate_json(body)
        if _names(found) == names.at_most(body):
            return found
    except ValidationError:
        pass
    try:
        raw = _parsed(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedBatch(f"The body is not valid JSON ({where}). Nothing was stored.") from error
    if not isinstance(raw, list):
        raise NotAnArray("Send a JSON array of readings, or application/x-ndjson with one reading a line.")
    return [_one(each) for each in raw]


def _lines(body: bytes) -> Sequence[Item]:
    lines = [line for line in body.splitlines() if line.strip()]
    joined = b"[" + b",".join(lines) + b"]"
    try:
        found = _ARRAY.validate_json(joined)
    except ValidationError:
        found = []
    # A line could hold a comma that makes two items of it, or a name twice.
    plain = len(found) == len(lines) and _names(found) == names.at_most(joined)
    return found if plain else [_line(line) for line in lines]


def _parsed(body: bytes) -> Any:
    # By the one that refuses NaN first; the other sees names that come twice.
    orjson.loads(body)
    return json.loads(body, object_pairs_hook=names.marked)


def _line(line: bytes) -> Item:
    try:
        return _one(_parsed(line))
    except orjson.JSONDecodeError:
        shown = line[:500].decode(errors="replace")
        return UnreadableItem(raw=shown, code="body.malformed-json", detail="This line is not valid JSON.")


def _one(raw: Any) -> Item:
    if names.is_twice(raw):
        return UnreadableItem(raw=raw, code=names.DuplicateName.code, detail=_TWICE)
    try:
        return _ONE.validate_python(raw)
    except ValidationError as error:
        first = shape_errors(error.errors())[0]
        return UnreadableItem(raw=raw, code=first["code"], detail=sentence(first))
