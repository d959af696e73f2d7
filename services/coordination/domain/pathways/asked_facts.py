"""Which facts a choice looked at, and which of them are not known: read off the tests themselves, not listed twice."""

from collections.abc import Iterable
from enum import StrEnum
from types import FunctionType
from typing import Any, cast

from services.coordination.domain.diagnoses import Diagnosis
from services.coordination.domain.pathways.base import FactRead, Facts, Pathway
from shared.vocabulary import PathwayKey

_ALWAYS = ("stay_class", "disposition")


class _Watched:
    """Facts that remember which of them were asked for."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        method = Facts.__dict__.get(name)
        if isinstance(method, FunctionType):
            return method.__get__(self)
        self.asked.add(name)
        return getattr(self._facts, name)


def facts_read(chosen: Iterable[Pathway], facts: Facts) -> tuple[FactRead, ...]:
    """Every fact that a chosen pathway or one of its items asked for; those that are not known have no value."""
    used: dict[str, list[PathwayKey]] = {}
    for pathway in chosen:
        watched = _Watched(facts)
        asking = cast(Facts, watched)
        pathway.applies(asking)
        for item in pathway.items:
            if item.only_if is not None:
                item.only_if(asking)
        for name in {*_ALWAYS, *watched.asked}:
            used.setdefault(name, []).append(pathway.key)
    return tuple(FactRead(name, _said(getattr(facts, name)), tuple(used[name])) for name in sorted(used))


def _said(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "not told"
    if isinstance(value, tuple | frozenset):
        return ", ".join(sorted(_one(each) for each in value)) or "none told"
    return _one(value)


def _one(value: object) -> str:
    if isinstance(value, Diagnosis):
        return f"{value.code} ({value.role})"
    return str(value.value) if isinstance(value, StrEnum) else str(value)
