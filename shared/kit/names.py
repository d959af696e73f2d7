"""A JSON object that says one name twice is refused: parsers keep the last and lose the first without a word."""

import json
from collections.abc import Sequence
from typing import Any

from shared.kit.problems import Problem

_BLANKS = b" \t\r\n"


class DuplicateName(Problem):
    """Which of the two was meant nobody can tell."""

    code = "body.duplicate-name"
    title = "An object has the same name twice"


class Deep(Problem):
    """Nothing that is taken here is nested without end."""

    status = 400
    code = "body.too-deep"
    title = "The body is nested too deeply"


class Twice(dict[str, Any]):
    """An object that came with a name twice, where the parser was asked to go on."""


def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a parser (its ``object_pairs_hook``).

    Raises:
        DuplicateName.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1 and name.isidentifier()})
        which = f" ({', '.join(twice)})" if twice else ""
        raise DuplicateName(f"An object of the body has a name more than once{which}. Send each name once.")
    return found


def check(body: bytes) -> None:
    """Look at every object of a body that is JSON; what is wrong with another one its parser says.

    Raises:
        DuplicateName.
        Deep: nested deeper than about a thousand levels.
    """
    try:
        json.loads(body, object_pairs_hook=once)
    except ValueError:
        return
    except RecursionError:
        raise Deep(
            "Nothing that is taken here is nested this deeply. Send the body as the documentation shows it."
        ) from None


def at_most(body: bytes) -> int:
    """No fewer than the names in a body that is JSON, and exactly as many where no text in it looks like one.

    A twentieth of the time of parsing: where as many names were read, none came twice.
    """
    return body.translate(None, _BLANKS).count(b'":')


def marked(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Like :func:`once`, for a parser that goes on: the object is a :class:`Twice`."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else Twice(found)


def is_twice(parsed: Any) -> bool:
    """Whether any object in something parsed was marked."""
    if isinstance(parsed, dict):
        return isinstance(parsed, Twice) or any(is_twice(each) for each in parsed.values())
    return isinstance(parsed, list) and any(is_twice(each) for each in parsed)
