"""A gate for rules of change: whether a new reading certainly finds nothing, from the extremes it is compared with.

Rules of change look at every reading of days before. Most values lie close to those, and then the lowest and the
highest of them are enough to know that no rule finds anything: no history has to be fetched, no line to be walked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.changes import Change, FromBaseline, Jumped
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.spans import DAY_TO_DAY, Jump
from services.monitoring.domain.together import Together
from services.monitoring.domain.watch import Watch
from shared.kit.units import convert
from shared.vocabulary import Metric

_HUNDRED = Decimal(100)
NEAR = DAY_TO_DAY
"""How far back the nearer of the two extents reaches."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The lowest and highest valid values of one metric before a reading, over 36 h and over the whole lookback.

    ``mixed``: some came in another unit or with a comparator, so that the extremes say nothing. ``later``: some were
    measured after the reading, for which it may be what they are compared with. None where there is no value.
    """

    near: tuple[Decimal, Decimal] | None
    far: tuple[Decimal, Decimal] | None
    mixed: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class _Plan:
    """The rules and parts of rules that are decided at readings of one metric, each once, sorted by kind."""

    reach: timedelta | None
    near: tuple[Change, ...]
    far: tuple[Change, ...]
    baselines: tuple[FromBaseline, ...]
    jumps: tuple[Jump, ...]
    others: tuple[Rule, ...]


_PLANS: dict[tuple[str, str, Metric], _Plan] = {}


def _plan(protocol: Protocol, metric: Metric) -> _Plan:
    name = (protocol.key, protocol.version, metric)
    plan = _PLANS.get(name)
    if plan is None:
        plan = _PLANS[name] = _made(protocol.rules_of(metric), metric)
    return plan


def _made(rules: Sequence[Rule], metric: Metric) -> _Plan:
    # Of a combination something must be found at this very reading by one of the parts.
    parts = [part for rule in rules for part in (rule.parts if isinstance(rule, Together) else (rule,))]
    own = list({part.key: part for part in parts if metric in part.metrics}.values())
    compared = [part for part in own if isinstance(part, Change | FromBaseline | Jumped)]
    return _Plan(
        reach=max(rule.lookback for rule in rules) if compared else None,
        near=tuple(part for part in own if isinstance(part, Change) and part.span.farthest <= NEAR),
        far=tuple(part for part in own if isinstance(part, Change) and part.span.farthest > NEAR),
        baselines=tuple(part for part in own if isinstance(part, FromBaseline)),
        jumps=tuple(part.jump for part in own if isinstance(part, Jumped) and part.jump is not None),
        others=tuple(part for part in own if part not in compared),
    )


def horizon(protocol: Protocol, metric: Metric) -> timedelta | None:
    """How far back the extent of a metric must reach; None when no rule of change looks at it."""
    return _plan(protocol, metric).reach


def still(protocol: Protocol, watch: Watch, reading: Reading, extent: Extent) -> bool:
    """Whether no rule can find anything at a new reading, nor at any other because of it; False when not sure."""
    if extent.mixed or extent.later or reading.comparator is not None:
        return False
    plan = _plan(protocol, reading.metric)
    return (
        not any(_changed(rule, watch, reading, extent.near) for rule in plan.near)
        and not any(_changed(rule, watch, reading, extent.far) for rule in plan.far)
        and not any(_off(rule, watch, reading) for rule in plan.baselines)
        and all(_close(jump, reading, extent.far) for jump in plan.jumps)
        and not any(rule.may_matter(reading, watch) for rule in plan.others)
    )


def _changed(rule: Change, watch: Watch, reading: Reading, values: tuple[Decimal, Decimal] | None) -> bool:
    # The lowest value makes the largest rise, the highest the largest fall, in units and in percent.
    return values is not None and rule.reached(reading, values[0] if rule.rising else values[1], watch) is not None


def _off(rule: FromBaseline, watch: Watch, reading: Reading) -> bool:
    base = watch.baseline(rule.baseline, reading.observed_at)
    if base is None:
        return False
    value = convert(base.metric, base.value, base.unit, reading.unit)
    return rule.reached(reading, value, watch) is not None


def _close(jump: Jump, reading: Reading, values: tuple[Decimal, Decimal] | None) -> bool:
    """Whether both extremes, and so everything between them, are near enough."""
    limit = jump.bound.at.get(reading.unit)
    for base in values or ():
        gap = abs(reading.value - base)
        if limit is None or gap > limit or gap * _HUNDRED > base * jump.percent:
            return False
    return True
