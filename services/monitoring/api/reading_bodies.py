"""The body of a batch: a JSON array, or one JSON object a line; one bad item never costs the others."""

from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from services.monitoring.domain.reading_problems import MalformedBatch, NotAnArray, TooManyItems
from shared.contracts.monitoring.readings import MAX_ITEMS, Item, RecordReading, UnreadableItem
from shared.web.errors import shape_errors

_ARRAY = TypeAdapter(list[RecordReading])
_ONE = TypeAdapter(RecordReading)
_LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines"})


def one_of(body: bytes, content_type: str) -> RecordReading | None:
    """The one reading of a body; None when it is none, and has to be told what is wrong with it."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return None
    try:
        return _ONE.validate_json(body)
    except ValidationError:
        return None


def items_of(body: bytes, content_type: str) -> Sequence[Item]:
    """The items of a batch in the order sent.

    Raises:
        MalformedBatch: not JSON at all.
        NotAnArray: JSON, but not an array.
        TooManyItems: more than 10,000.
    """
    media = content_type.partition(";")[0].strip().lower()
    items = _lines(body) if media in _LINES else _array(body)
    if len(items) > MAX_ITEMS:
        raise TooManyItems(f"Send at most {MAX_ITEMS} readings in one call; these were {len(items)}.")
    return items


def _array(body: bytes) -> Sequence[Item]:
    try:
        # The raw bytes straight into models: parsing first and validating after takes half as long again.
        return _ARRAY.validate_json(body)
    except ValidationError:
        pass
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedBatch(f"The body is not valid JSON ({where}). Nothing was stored.") from error
    if not isinstance(raw, list):
        raise NotAnArray("Send a JSON array of readings, or application/x-ndjson with one reading a line.")
    return [_one(each) for each in raw]


def _lines(body: bytes) -> Sequence[Item]:
    lines = [line for line in body.splitlines() if line.strip()]
    try:
        found = _ARRAY.validate_json(b"[" + b",".join(lines) + b"]")
    except ValidationError:
        found = []
    # A line could hold a comma that makes two items of it.
    return found if len(found) == len(lines) else [_line(line) for line in lines]


def _line(line: bytes) -> Item:
    try:
        return _one(orjson.loads(line))
    except orjson.JSONDecodeError:
        shown = line[:500].decode(errors="replace")
        return UnreadableItem(raw=shown, code="body.malformed-json", detail="This line is not valid JSON.")


def _one(raw: Any) -> Item:
    try:
        return _ONE.validate_python(raw)
    except ValidationError as error:
        first = shape_errors(error.errors())[0]
        return UnreadableItem(raw=raw, code=first["code"], detail=f"{first['pointer']} {first['reason']}.")
