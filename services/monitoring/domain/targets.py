"""Individual targets: a patient's own number in place of a protocol's bound (clinical §1.0.7)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from services.monitoring.domain.bounds import Bound, Grade, rank
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.together import Together, parts_of
from shared.kit.units import convert, convertible, plain
from shared.vocabulary import Metric, Severity

# As published (§1.1 test values, §1.2, §1.3): rounding these by arithmetic would move the boundary.
_GLUCOSE_PAIRS = {
    "54": "3.0", "63": "3.5", "70": "3.9", "80": "4.4", "90": "5.0", "100": "5.6", "110": "6.1", "120": "6.7",
    "130": "7.2", "140": "7.8", "150": "8.3", "180": "10.0", "200": "11.1", "250": "13.9", "300": "16.7", "400": "22.2",
}  # fmt: skip
_WEIGHT_PAIRS = {"2": "0.9", "3": "1.4", "4": "1.8", "5": "2.3"}


def _both_ways(first: str, second: str, pairs: Mapping[str, str]) -> dict[tuple[str, Decimal, str], Decimal]:
    there = {(first, Decimal(a), second): Decimal(b) for a, b in pairs.items()}
    return there | {(second, Decimal(b), first): Decimal(a) for a, b in pairs.items()}


_PUBLISHED: Mapping[tuple[str, Decimal, str], Decimal] = MappingProxyType(
    _both_ways("mg/dL", "mmol/L", _GLUCOSE_PAIRS) | _both_ways("[lb_av]", "kg", _WEIGHT_PAIRS)
)


def _grades(protocol: Protocol) -> list[tuple[Rule, Grade]]:
    found: list[tuple[Rule, Grade]] = []
    for rule in protocol.rules:
        found.extend((part, grade) for part in parts_of(rule) for grade in part.grades)
    return found


def paired(protocol: Protocol, key: str, value: Decimal, unit: str) -> Bound:
    """The bound of this name with the patient's number in every unit of the bound.

    It may also be a goal that decides how often something is examined. The published pair where there is one, otherwise
    converted and rounded to as many decimals as the default has.

    Raises:
        KeyError: when the protocol has no such bound, or the bound no such unit.
    """
    own = protocol.goals_of_examinations
    default = own[key][1] if key in own else protocol.bounds[key]
    if unit not in default.at:
        raise KeyError(unit)
    judged = (rule.metrics[0] for rule, grade in _grades(protocol) if grade.bound.key == key)
    metric = own[key][0] if key in own else next(judged)
    limit = {to: _in_unit(metric, value, unit, to, shape) for to, shape in default.at.items()}
    if "g" in limit and unit != "g":
        limit["g"] = limit["kg"] * 1000
    return Bound(key, limit)


def _in_unit(metric: Metric, value: Decimal, unit: str, to: str, shape: Decimal) -> Decimal:
    if to == unit:
        return value
    published = _PUBLISHED.get((unit, value, to))
    if published is not None:
        return published
    if not convertible(metric, unit, to):
        return shape  # a strip's rank says nothing in mmol/L: the default stays there
    return round(convert(metric, value, unit, to), max(0, -int(shape.as_tuple().exponent)))


def critical(protocol: Protocol, key: str) -> bool:
    """Whether a bound decides an alert of severity high or critical: its loosening needs a prescriber."""
    return any(
        grade.bound.key == key and rank(grade.severity) >= rank(Severity.HIGH) for _, grade in _grades(protocol)
    ) or any(
        key in {each.key for each in rule.bounds} and rank(rule.severity) >= rank(Severity.HIGH)
        for rule in protocol.rules
        if isinstance(rule, Together)
    )


def names(protocol: Protocol) -> list[str]:
    """What a patient may have a number of their own for."""
    return sorted({*protocol.bounds, *protocol.goals_of_examinations})


def loosens(protocol: Protocol, limit: Bound) -> bool:
    """Whether ``limit`` lets more pass than the protocol's own bound: higher for an upper one, lower for a lower."""
    default = protocol.bounds[limit.key]
    upward = next(grade.side.upward for _, grade in _grades(protocol) if grade.bound.key == limit.key)
    return any((value > default.at[unit]) if upward else (value < default.at[unit]) for unit, value in limit.at.items())


def refusal(
    protocol: Protocol, limit: Bound, *, prescriber: str | None, starts_on: date, review_by: date
) -> str | None:
    """Why a target may not be set, in a sentence; None when it may."""
    if review_by <= starts_on:
        return "A target needs a review date after the day it starts."
    if prescriber is None and critical(protocol, limit.key) and loosens(protocol, limit):
        default = protocol.bounds[limit.key]
        return f"{limit} is looser than {default}, which decides a high or critical alert: name the prescriber."
    return _crosses(protocol, limit)


def _crosses(protocol: Protocol, limit: Bound) -> str | None:
    """A milder grade must be reached before a more serious one of the same rule."""
    for rule, grade in _grades(protocol):
        if grade.bound.key != limit.key:
            continue
        for other in rule.grades:
            if other is grade or other.metric is not grade.metric or other.side.upward is not grade.side.upward:
                continue
            milder = rank(grade.severity) < rank(other.severity)
            for unit, value in limit.at.items():
                beyond = value > other.bound.at[unit] if grade.side.upward else value < other.bound.at[unit]
                if unit in other.bound.at and value != other.bound.at[unit] and beyond is milder:
                    return f"{plain(value)} {unit} would cross {other.bound} of the same rule ({other.name})."
    return None
