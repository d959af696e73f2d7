"""A protocol as plain data and back: the closed set of rule kinds by name, and the words of their fields.

Numbers are strings, so that 10.0 stays 10.0; bounds are their published pairs ("70 mg/dL", "3.9 mmol/L"); durations are
ISO 8601; enums are their values. Every field is written, also where it is the default of today's program: what was
published must mean the same under tomorrow's. Reading is strict: an unknown kind, field or word is refused.
"""

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from services.monitoring.domain.bounds import Bound
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocol_kinds import NAMES, kinds_of
from services.monitoring.domain.protocols import published
from services.monitoring.domain.rules import Rule

_FIRST, _PARTS = "1.0.0", ("forms", "expects", "ladder")
"""What versions written before these were part of one do not say: they have those of the catalogue's first version."""
_NUMBER = re.compile(r"^-?\d{1,9}(\.\d{1,6})?$")
_PAIR = re.compile(r"^(-?\d{1,9}(?:\.\d{1,6})?) (\S{1,40})$")
_DURATION = re.compile(r"^P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?$")
_TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
_LONGEST_TEXT = 1000
_MOST = 10_000
_DEEPEST = 12
# Named by the address and given by the server, not written in the content.
_APART = frozenset({"key", "version"})


class Unreadable(Exception):
    """The content is not a protocol: ``path`` says where, the message what is wrong there."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


def written(protocol: Protocol) -> dict[str, Any]:
    """The content of a protocol as plain JSON values; its key and version are not part of it."""
    found: dict[str, Any] = _plain(protocol)
    return {name: value for name, value in found.items() if name not in _APART}


def written_rule(rule: Rule) -> dict[str, Any]:
    """One rule in the same words."""
    found: dict[str, Any] = _plain(rule)
    return found


def read(key: str, version: str, content: Any) -> Protocol:
    """The protocol that content describes.

    Raises:
        Unreadable: it does not describe one.
    """
    if not isinstance(content, dict) or set(content) & _APART:
        said = ", ".join(each.name for each in _own(Protocol) if each.name not in _APART)
        raise Unreadable("", f"The content is an object with {said}.")
    found: Protocol = _value(Protocol, {"key": key, "version": version, **_first_parts(key), **content}, "")
    return found


def _first_parts(key: str) -> dict[str, Any]:
    first = published(key, _FIRST)
    return {} if first is None else {name: _plain(getattr(first, name)) for name in _PARTS}


def _plain(value: Any) -> Any:
    if isinstance(value, Bound):
        return {"key": value.key, "at": [f"{limit:f} {unit}" for unit, limit in value.at.items()]}
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"kind": NAMES[type(value)]} if type(value) in NAMES else {}
        return kind | {each.name: _plain(getattr(value, each.name)) for each in _own(type(value))}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, timedelta):
        return _lasting(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Mapping):
        return {_plain(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(_plain(each) for each in value)
    return value


def _lasting(value: timedelta) -> str:
    days, seconds = value.days, value.seconds
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    time = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if number)
    if not days and not time:
        return "PT0S"
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")


@cache
def _own(kind: type[Any]) -> tuple[Field[Any], ...]:
    return tuple(each for each in fields(kind) if each.init and not each.metadata)


@cache
def _types(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(wanted: Any, raw: Any, path: str) -> Any:
    """``raw`` as a value of the type a field is declared with."""
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (each for each in arguments if each is not type(None))
        return None if raw is None else _value(inner, raw, path)
    if origin in (tuple, frozenset):
        return origin(_value(arguments[0], each, f"{path}[{i}]") for i, each in enumerate(_list(raw, path)))
    if wanted is Bound:
        return _bound(raw, path)
    if origin is not None:
        pairs = _object(raw, path).items()
        key, value = arguments
        return {_value(key, name, path): _value(value, each, f"{path}.{name}") for name, each in pairs}
    if is_dataclass(wanted) and isinstance(wanted, type):
        return _thing(wanted, raw, path)
    return _word(wanted, raw, path)


def _list(raw: Any, path: str) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > _MOST:
        raise Unreadable(path, "A list is needed here.")
    return raw


def _object(raw: Any, path: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise Unreadable(path, "An object is needed here.")
    return raw


def _bound(raw: Any, path: str) -> Bound:
    given = _object(raw, path)
    if set(given) != {"key", "at"}:
        raise Unreadable(path, 'A bound is {"key": "glucose.low", "at": ["70 mg/dL", "3.9 mmol/L"]}.')
    at: dict[str, Decimal] = {}
    for i, pair in enumerate(_list(given["at"], f"{path}.at")):
        found = _PAIR.match(pair) if isinstance(pair, str) else None
        if found is None or found[2] in at:
            raise Unreadable(f"{path}.at[{i}]", "A number and its unit are needed, each unit once, such as 70 mg/dL.")
        at[found[2]] = Decimal(found[1])
    return Bound(_word(str, given["key"], f"{path}.key"), at)


def _thing(wanted: Any, raw: Any, path: str) -> Any:
    given = dict(_object(raw, path))
    if path.count(".") > _DEEPEST:
        raise Unreadable(path, "Rules are nested too deeply.")
    kinds = kinds_of(wanted)
    if kinds:
        kind = given.pop("kind", None)
        if not isinstance(kind, str) or kind not in kinds:
            raise Unreadable(f"{path}.kind", f"The kind is one of {', '.join(kinds)}.")
        wanted = kinds[kind]
    known = {each.name: each for each in _own(wanted)}
    for name in given:
        if name not in known:
            raise Unreadable(f"{path}.{name}".lstrip("."), f"Not known here. Known: {', '.join(known)}.")
    for name, each in known.items():
        if name not in given and each.default is MISSING and each.default_factory is MISSING:
            raise Unreadable(f"{path}.{name}".lstrip("."), "This is missing.")
    values = {name: _value(_types(wanted)[name], raw, f"{path}.{name}".lstrip(".")) for name, raw in given.items()}
    try:
        return wanted(**values)
    except (LookupError, ValueError, ArithmeticError, TypeError) as error:
        # What a rule needs of its own parts is known to the rule alone.
        raise Unreadable(path, "These parts do not fit together: check grades, metrics and units.") from error


def _word(wanted: Any, raw: Any, path: str) -> Any:
    if wanted is bool:
        if isinstance(raw, bool):
            return raw
        raise Unreadable(path, "true or false is needed here.")
    if wanted is int:
        if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= _MOST:
            return raw
        raise Unreadable(path, f"A whole number from 0 to {_MOST} is needed here.")
    if not isinstance(raw, str) or len(raw) > _LONGEST_TEXT or not raw.isprintable():
        raise Unreadable(path, f"A text of at most {_LONGEST_TEXT} characters on one line is needed here.")
    if wanted is str:
        return raw
    if wanted is Decimal:
        if not _NUMBER.match(raw):
            raise Unreadable(path, 'A number as a text is needed here, such as "3.9".')
        return Decimal(raw)
    if wanted is timedelta:
        found = _DURATION.match(raw)
        if found is None or not any(found.groups()):
            raise Unreadable(path, "A duration in ISO 8601 is needed here, such as PT15M or P7D.")
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if wanted is time:
        if not _TIME.match(raw):
            raise Unreadable(path, "A time of the day is needed here, such as 12:00.")
        return time.fromisoformat(raw)
    known = [each.value for each in wanted]
    if raw not in known:
        raise Unreadable(path, f"'{raw}' is not known here. Known: {', '.join(known)}.")
    return wanted(raw)
