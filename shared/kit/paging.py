"""Cursors of keyset pages: the sort values of the last row seen, opaque to the caller."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from shared.kit.problems import Problem


class BadCursor(Problem):
    status = 400
    code = "cursor.invalid"
    title = "This cursor is not one of ours"


def encode_cursor(*parts: str) -> str:
    """An opaque cursor that holds ``parts``."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def place(cursor: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The place in the list a cursor names, each part read by its kind; None at the beginning.

    Raises:
        BadCursor: it was not made by :func:`encode_cursor` with parts of these kinds.
    """
    if cursor is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadCursor("Take the cursor from next_cursor of the page before, unchanged.") from error
    if not isinstance(parts, list) or len(parts) != len(kinds) or not all(isinstance(part, str) for part in parts):
        raise BadCursor("This cursor belongs to another list. Start again without it.")
    try:
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except ValueError as error:
        raise BadCursor("This cursor belongs to another list. Start again without it.") from error


def after_id(cursor: str | None) -> UUID | None:
    """The id after which a page of a list by id starts.

    Raises:
        BadCursor: see :func:`place`.
    """
    found = place(cursor, UUID)
    return None if found is None else found[0]
