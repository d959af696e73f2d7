"""One page of a list, made from one row more than it shows."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from shared.contracts.base import Page
from shared.kit.paging import encode_cursor

R = TypeVar("R")
T = TypeVar("T")
Place = Callable[[Any], tuple[str, ...]]
"""The sort values of a row, as its place in the list."""


def by_id(row: Any) -> tuple[str, ...]:
    """The place of a row in a list by id."""
    return (str(row.id),)


def page_of(rows: Sequence[R], limit: int, read: Callable[[R], T], *, at: Place = by_id) -> Page[T]:
    """Up to ``limit`` of ``limit + 1`` rows, and where the next page starts."""
    shown = rows[:limit]
    following = encode_cursor(*at(shown[-1])) if len(rows) > limit else None
    return Page(items=[read(row) for row in shown], next_cursor=following)
