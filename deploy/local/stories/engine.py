"""A story is rows: what happens when, what §7 says should come of it, and how to find out what came."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import httpx

Came = Callable[[datetime], Awaitable[str]]
"""Does what the row says as of its instant, reads the answer from the API, and puts it into words."""


class Refused(Exception):
    """The service said no: its status and stable code."""


class Missing(Exception):
    """Something an earlier row should have left is not there."""


class Mark(StrEnum):
    """What became of a row."""

    AGREES = "✓"
    DIFFERS = "✗"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a story; ``when`` is aware. A row without ``came`` waits for a part that is not built yet."""

    when: datetime
    event: str
    expected: str
    came: Came | None = None
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """A row and what came of it."""

    row: Row
    came: str
    mark: Mark


class Story(Protocol):
    """A worked example; ``rows`` are in the order in which they have to be played."""

    title: str

    def rows(self) -> tuple[Row, ...]: ...


def later(when: datetime, event: str, expected: str, *, waits_for: str) -> Row:
    """A row that nothing can answer yet."""
    return Row(when, event, expected, waits_for=waits_for)


async def play(rows: Iterable[Row]) -> AsyncIterator[Played]:
    """Play rows one after another; a refusal is an answer like any other, so it is compared too."""
    for row in rows:
        if row.came is None:
            yield Played(row, row.waits_for, Mark.LATER)
            continue
        try:
            came = await row.came(row.when)
        except (Refused, Missing, httpx.HTTPError) as error:
            came = str(error) or type(error).__name__
        yield Played(row, came, Mark.AGREES if came == row.expected else Mark.DIFFERS)
