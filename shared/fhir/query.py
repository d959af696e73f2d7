"""A parsed FHIR search: what was asked of each parameter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from shared.fhir.problems import SearchRefused

T = TypeVar("T")

MAX_COUNT = 200
DEFAULT_COUNT = 50


class Kind(StrEnum):
    """FHIR search-param-type, the part in use."""

    TOKEN = "token"  # noqa: S105
    DATE = "date"
    STRING = "string"
    REFERENCE = "reference"


Parameters = Mapping[str, Kind]
COMMON: Parameters = {"_id": Kind.TOKEN, "_lastUpdated": Kind.DATE}


@dataclass(frozen=True, slots=True)
class TokenAsked:
    """``system|code``; None means any, an empty system means one without a system."""

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class TextAsked:
    """A string and how it is compared: ``starts`` (the default), ``contains``, both in any case, or ``exact``."""

    text: str
    how: str


@dataclass(frozen=True, slots=True)
class DateAsked:
    """A prefix and the half-open span in UTC the value stands for."""

    prefix: str
    start: datetime
    end: datetime

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """The half-open span in which an instant fits."""
        match self.prefix:
            case "gt" | "sa":
                return self.end, None
            case "ge":
                return self.start, None
            case "lt" | "eb":
                return None, self.start
            case "le":
                return None, self.end
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search. Each name holds a list of alternatives per occurrence: all occurrences must fit."""

    tokens: Mapping[str, Sequence[Sequence[TokenAsked]]] = field(default_factory=dict)
    texts: Mapping[str, Sequence[Sequence[TextAsked]]] = field(default_factory=dict)
    dates: Mapping[str, Sequence[DateAsked]] = field(default_factory=dict)
    references: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    count: int = DEFAULT_COUNT
    cursor: str | None = None
    ignored: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing narrows the search."""
        return not (self.tokens or self.texts or self.dates or self.references)

    def one_token(self, name: str) -> Sequence[TokenAsked] | None:
        """The alternatives of a token that may be asked once.

        Raises:
            SearchRefused: it was asked more than once.
        """
        return _once(name, self.tokens.get(name))

    def one_text(self, name: str) -> TextAsked | None:
        """The text of a string that may be asked once, without alternatives."""
        asked = _once(name, self.texts.get(name))
        if asked and len(asked) > 1:
            raise SearchRefused(f"Search {name} with one value: alternatives are not offered for it.")
        return asked[0] if asked else None

    def one_reference(self, *names: str) -> Sequence[str] | None:
        """The ids of a reference that may be asked once, under any of its names."""
        asked = [alternatives for name in names for alternatives in self.references.get(name, ())]
        return _once(names[0], asked)

    def ids(self) -> list[UUID] | None:
        """What ``_id`` asks for; text that is no UUID fits nothing."""
        asked = self.one_token("_id")
        return None if asked is None else as_uuids(token.code or "" for token in asked)

    def between(self, name: str) -> tuple[datetime | None, datetime | None]:
        """The half-open span left by all occurrences of a date for an instant."""
        low: datetime | None = None
        high: datetime | None = None
        for asked in self.dates.get(name, ()):
            start, end = asked.bounds()
            low = start if low is None else max(low, start or low)
            high = end if high is None else min(high, end or high)
        return low, high


def as_uuids(texts: Iterable[str]) -> list[UUID]:
    """Those of ``texts`` that are UUIDs."""
    found: list[UUID] = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _once(name: str, asked: Sequence[Sequence[T]] | None) -> Sequence[T] | None:
    if asked and len(asked) > 1:
        raise SearchRefused(f"Search {name} once: separate alternatives by a comma.")
    return asked[0] if asked else None
