"""How the rule values of a need are kept in its row."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from services.coordination.domain.clocks import Clock, Pause
from services.coordination.domain.reasons import Reason
from services.coordination.store.needs import NeedRow

_REASONS = TypeAdapter(tuple[Reason, ...])
_CLOCKS = TypeAdapter(tuple[Clock, ...])
_PAUSES = TypeAdapter(tuple[Pause, ...])


def reasons_of(row: NeedRow) -> tuple[Reason, ...]:
    """The reasons in a row."""
    return _REASONS.validate_python(row.reasons)


def clocks_of(row: NeedRow) -> tuple[Clock, ...]:
    """The clocks in a row."""
    return _CLOCKS.validate_python(row.clocks)


def pauses_of(row: NeedRow) -> tuple[Pause, ...]:
    """The pauses in a row."""
    return _PAUSES.validate_python(row.pauses)


def keep_reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Reasons as a row keeps them."""
    kept: list[dict[str, Any]] = _REASONS.dump_python(tuple(reasons), mode="json")
    return kept


def keep_clocks(clocks: Iterable[Clock]) -> list[dict[str, Any]]:
    """Clocks as a row keeps them."""
    kept: list[dict[str, Any]] = _CLOCKS.dump_python(tuple(clocks), mode="json")
    return kept


def keep_pauses(pauses: Iterable[Pause]) -> list[dict[str, Any]]:
    """Pauses as a row keeps them."""
    kept: list[dict[str, Any]] = _PAUSES.dump_python(tuple(pauses), mode="json")
    return kept
