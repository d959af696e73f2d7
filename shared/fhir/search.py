"""FHIR search parameters: parsed strictly, or refused by name."""

from collections.abc import Sequence

from shared.fhir.problems import SearchRefused
from shared.fhir.query import (
    COMMON,
    DEFAULT_COUNT,
    MAX_COUNT,
    DateAsked,
    Kind,
    Parameters,
    Query,
    TextAsked,
    TokenAsked,
)
from shared.fhir.times import span

_MAX_PARAMETERS = 20
_MAX_ALTERNATIVES = 100
_MAX_LENGTH = 2_000
_CONTROL = frozenset({"_count", "_cursor", "_format", "_pretty"})
_PREFIXES = {"eq", "gt", "ge", "lt", "le", "sa", "eb"}


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
        self._controlled: set[str] = set()

    def control(self, name: str, value: str) -> None:
        if name in self._controlled:
            raise SearchRefused(f"{name} takes one value. Ask once for each.")
        self._controlled.add(name)
        if name == "_count":
            if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= MAX_COUNT):
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
