"""FHIR search parameters: parsed strictly, then handed to a use case as plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from shared.fhir.problems import SearchRefused
from shared.fhir.times import span

T = TypeVar("T")

MAX_COUNT = 200
DEFAULT_COUNT = 50
_MAX_PARAMETERS = 20
_MAX_ALTERNATIVES = 100
_MAX_LENGTH = 2_000
_CONTROL = frozenset({"_count", "_cursor", "_format", "_pretty"})
_PREFIXES = {"eq", "gt", "ge", "lt", "le", "sa", "eb"}


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


def parse(pairs: Sequence[tuple[str, str]], parameters: Parameters, *, lenient: bool = False) -> Query:
    """The search that a query string asks for.

    Args:
        pairs: names and values as they stand in the address.
        parameters: what this type can be searched by, beside ``_id`` and ``_lastUpdated``.
        lenient: after ``Prefer: handling=lenient``; what is unknown is left out and named in ``ignored``.

    Raises:
        SearchRefused: unknown parameter, modifier or prefix; bad value; too many.
    """
    if len(pairs) > _MAX_PARAMETERS:
        raise SearchRefused(f"Ask with at most {_MAX_PARAMETERS} parameters.")
    known = {**COMMON, **parameters}
    builder = _Builder()
    for name, value in pairs:
        if name in _CONTROL:
            builder.control(name, value)
            continue
        plain, _, modifier = name.partition(":")
        kind = known.get(plain)
        if kind is None or not _offered(kind, modifier):
            if not lenient:
                raise SearchRefused(_unknown(name, known))
            builder.ignored.append(name)
            continue
        builder.add(plain, modifier, kind, value)
    return builder.query()


def _offered(kind: Kind, modifier: str) -> bool:
    if not modifier:
        return True
    return (kind is Kind.STRING and modifier in ("exact", "contains")) or (
        kind is Kind.REFERENCE and modifier == "Patient"
    )


def _unknown(name: str, known: Parameters) -> str:
    return f"{name} is not a search parameter here. Known are: {', '.join(sorted(known))}, _count."


class _Builder:
    def __init__(self) -> None:
        self.tokens: dict[str, list[list[TokenAsked]]] = {}
        self.texts: dict[str, list[list[TextAsked]]] = {}
        self.dates: dict[str, list[DateAsked]] = {}
        self.references: dict[str, list[list[str]]] = {}
        self.count = DEFAULT_COUNT
        self.cursor: str | None = None
        self.ignored: list[str] = []

    def control(self, name: str, value: str) -> None:
        if name == "_count":
            if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= MAX_COUNT:
                raise SearchRefused(f"_count is a whole number from 1 to {MAX_COUNT}.")
            self.count = int(value)
        elif name == "_cursor":
            self.cursor = value
        elif name == "_format" and value not in ("json", "application/json", "application/fhir+json"):
            raise SearchRefused("Answers come as application/fhir+json only.")

    def add(self, name: str, modifier: str, kind: Kind, value: str) -> None:
        parts = _split(name, value)
        if kind is Kind.TOKEN:
            self.tokens.setdefault(name, []).append([_token(part) for part in parts])
        elif kind is Kind.STRING:
            how = modifier or "starts"
            self.texts.setdefault(name, []).append([TextAsked(part, how) for part in parts])
        elif kind is Kind.DATE:
            self.dates.setdefault(name, []).append(_date(name, parts))
        else:
            self.references.setdefault(name, []).append([part.rpartition("/")[2] for part in parts])

    def query(self) -> Query:
        return Query(self.tokens, self.texts, self.dates, self.references, self.count, self.cursor, tuple(self.ignored))


def _split(name: str, value: str) -> list[str]:
    # A comma separates alternatives; FHIR writes one that belongs to the value as \,
    marked = value.replace("\\\\", "\x00").replace("\\,", "\x01").replace("\\|", "\x02").replace("\\$", "$")
    parts = [_unmark(part.strip()) for part in marked.split(",")]
    readable = value.isprintable() and len(value) <= _MAX_LENGTH
    if not all(parts) or not readable or len(parts) > _MAX_ALTERNATIVES:
        raise SearchRefused(f"{name} needs a value, with at most {_MAX_ALTERNATIVES} alternatives.")
    return parts


def _unmark(part: str) -> str:
    if "\x00" in part or "\x01" in part:
        part = part.replace("\x01", ",").replace("\x00", "\\")
    return part


def _token(part: str) -> TokenAsked:
    system, bar, code = part.partition("|")
    if not bar:
        return TokenAsked(None, system.replace("\x02", "|"))
    return TokenAsked(system.replace("\x02", "|"), code.replace("\x02", "|") or None)


def _date(name: str, parts: Sequence[str]) -> DateAsked:
    if len(parts) > 1:
        raise SearchRefused(f"Search {name} with one date; give it twice for a span.")
    prefix, rest = ("eq", parts[0]) if parts[0][:1].isdigit() else (parts[0][:2], parts[0][2:])
    if prefix not in _PREFIXES:
        raise SearchRefused(f"{name}: the prefix {prefix} is not offered. Known are: {', '.join(sorted(_PREFIXES))}.")
    try:
        # In an address a + arrives as a blank.
        start, end = span(rest.replace(" ", "+"))
    except (ValueError, OverflowError):
        raise SearchRefused(f"{name}: write a date like 2026-09-04 or a time like 2026-09-04T14:30:00Z.") from None
    return DateAsked(prefix, start, end)


def _once(name: str, asked: Sequence[Sequence[T]] | None) -> Sequence[T] | None:
    if asked and len(asked) > 1:
        raise SearchRefused(f"Search {name} once: separate alternatives by a comma.")
    return asked[0] if asked else None
