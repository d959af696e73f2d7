"""How a period fits the span a search asks for (FHIR search, date)."""

from typing import Any

from sqlalchemy import ColumnElement, or_

from shared.db.filters import between
from shared.kit.searches import EncounterSearch


def overlaps(started: Any, ended: Any, asked: EncounterSearch) -> list[ColumnElement[bool]]:
    """What began in one span and ended in another; what is not over yet may still end in any."""
    over = between(ended, asked.over)
    if asked.ended_only:
        return [*between(started, asked.began), ended.is_not(None), *over]
    return [*between(started, asked.began), *(or_(ended.is_(None), part) for part in over)]
