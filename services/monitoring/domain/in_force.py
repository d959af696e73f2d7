"""What was in force over a span of time, by what set it and changed it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from shared.kit.zones import local_day

_Value = TypeVar("_Value")
ALWAYS = datetime.min.replace(tzinfo=UTC)
"""From before anything was recorded."""


class Moved(NamedTuple):
    """A change from one value to another at an aware instant; None: there was none."""

    at: datetime
    before: str | None
    after: str | None


def history(moves: Iterable[Moved], now: str | None) -> list[tuple[datetime, str | None]]:
    """From when which value held; ``moves`` oldest first. ``now``, the value that stands, where nothing ever moved."""
    known = list(moves)
    first = known[0].before if known else now
    return [(ALWAYS, first), *((each.at, each.after) for each in known)]


def over(held: Iterable[tuple[datetime, _Value]], start: datetime, stop: datetime) -> list[tuple[datetime, _Value]]:
    """The values in force from ``start`` to before ``stop`` (aware), each with since when in that span; oldest first.

    ``held`` says from when which value held, oldest first, the first from before ``start``.
    """
    found: list[tuple[datetime, _Value]] = []
    for at, value in held:
        if at >= stop:
            break
        if at <= start:
            found = [(start, value)]
            continue
        if found[-1][0] == at:
            found.pop()
        if found[-1][1] != value:
            found.append((at, value))
    return found if start < stop else []


def in_words(values: Iterable[tuple[datetime, str]], zone: str) -> str:
    """``rising, high from 2026-09-12``: in the order in which they held, by local days of ``zone``."""
    first, *rest = values
    return ", ".join([first[1], *(f"{value} from {local_day(at, zone)}" for at, value in rest)])
