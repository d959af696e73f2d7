"""Conditions that searches of both services share."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from shared.kit.searches import Between, IdentifierMatch, TextMatch

Column = Any  # an instrumented attribute or a table's column
_ESCAPE = "\\"


def text_fits(column: Column, asked: TextMatch) -> ColumnElement[bool]:
    """A text that starts with, contains or is what is asked for; % and _ stand for themselves."""
    if asked.how == "exact":
        return and_(column == asked.text)
    text = asked.text.lower()
    plain = text.replace(_ESCAPE, _ESCAPE * 2).replace("%", r"\%").replace("_", r"\_")
    pattern = f"{plain}%" if asked.how == "starts" else f"%{plain}%"
    return func.lower(column).like(pattern, escape=_ESCAPE)


def between(column: Column, asked: Between) -> list[ColumnElement[bool]]:
    """An instant within a half-open span."""
    found: list[ColumnElement[bool]] = []
    if asked.start is not None:
        found.append(column >= asked.start)
    if asked.end is not None:
        found.append(column < asked.end)
    return found


def identifier_fits(system: Column, value: Column, asked: Sequence[IdentifierMatch]) -> ColumnElement[bool]:
    """Any of several identifiers."""
    return or_(*(_one(system, value, match) for match in asked)) if asked else and_(system != system)


def _one(system: Column, value: Column, match: IdentifierMatch) -> ColumnElement[bool]:
    parts = [system == match.system] if match.system is not None else []
    parts += [value == match.value] if match.value is not None else []
    return and_(*parts) if parts else and_(system.is_not(None))
