"""Cursors of keyset pages: the sort values of the last row seen, opaque to the caller."""

import base64
import binascii
import json

from shared.kit.problems import Problem


class BadCursor(Problem):
    status = 400
    code = "cursor.invalid"
    title = "This cursor is not one of ours"


def encode_cursor(*parts: str) -> str:
    """An opaque cursor that holds ``parts``."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, count: int) -> tuple[str, ...]:
    """The parts of a cursor.

    Raises:
        BadCursor: it was not made by :func:`encode_cursor` with ``count`` parts.
    """
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadCursor("Take the cursor from next_cursor of the page before, unchanged.") from error
    if not isinstance(parts, list) or len(parts) != count or not all(isinstance(part, str) for part in parts):
        raise BadCursor("This cursor belongs to another list. Start again without it.")
    return tuple(parts)
