"""Conditional creates of one type in a Bundle: what their conditions find, asked in one go where possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from shared.fhir.entries import Entry
from shared.fhir.kind import Asked, Kind, Stored
from shared.fhir.references import already

Pair = tuple[str, str]


@dataclass(slots=True)
class Conditions:
    """What is there already, and which identifiers have been created since that was asked."""

    asked: Asked
    kind: Kind[Any]
    known: Mapping[Pair, Stored] = field(default_factory=dict)
    looked_up: frozenset[Pair] = frozenset()
    created: set[Pair] = field(default_factory=set)

    async def find(self, entry: Entry) -> Stored | None:
        """What the entry's condition finds; None when nothing does, or when it has none.

        Raises:
            Forbidden: the caller may create but not search.
            SeveralMatches, SearchRefused, EntryInvalid.
        """
        if entry.if_none_exist is None:
            return None
        self.asked.allow(self.kind.action("search"))
        pair = _identifier(entry.if_none_exist)
        if pair is None or pair in self.created or pair not in self.looked_up:
            return await already(self.asked, self.kind, entry.if_none_exist)
        if pair in self.known:
            return self.known[pair]
        self.created.add(pair)
        return None


async def look_up(asked: Asked, kind: Kind[Any], group: Sequence[Entry]) -> Conditions:
    """Ask once for all conditions of a group that are one identifier each."""
    if kind.known is None:
        return Conditions(asked, kind)
    pairs = {pair for entry in group if entry.if_none_exist and (pair := _identifier(entry.if_none_exist))}
    known = await kind.known(asked, sorted(pairs)) if pairs else {}
    return Conditions(asked, kind, known, frozenset(pairs))


def _identifier(condition: str) -> Pair | None:
    """The system and value of a condition that is one whole identifier and nothing else."""
    pairs = parse_qsl(condition.replace("+", "%2B"), keep_blank_values=True)
    if len(pairs) != 1 or pairs[0][0] != "identifier":
        return None
    system, bar, value = pairs[0][1].partition("|")
    plain = bar and system and value and not set(value) & set(",\\|$") and not set(system) & set(",\\$")
    return (system, value) if plain else None
