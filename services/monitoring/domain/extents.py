"""A gate for rules of change: whether a new reading certainly finds nothing, from the extremes it is compared with.

Rules of change look at every reading of days before. Most values lie close to those, and then the lowest and the
highest of them are enough to know that no rule finds anything: no history has to be fetched, no line to be walked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from services.monitoring.domain.changes import Change, FromBaseline, Jumped
from services.monitoring.domain.days import Variation
from services.monitoring.domain.metrics import MEASURES
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.spans import DAY_TO_DAY, Jump
from services.monitoring.domain.together import parts_of
from services.monitoring.domain.watch import Watch
from shared.kit.units import convert
from shared.vocabulary import Metric

_HUNDRED = Decimal(100)
_INFINITE = Decimal("Infinity")
NEAR = DAY_TO_DAY
"""How far back the nearer of the two extents reaches."""


class Extent(NamedTuple):
    """The lowest and highest valid values of one metric before a reading, over 36 h and over the whole lookback.

    ``mixed``: some came in another unit or with a comparator, so that the extremes say nothing. ``later``: some were
    measured after the reading, for which it may be what they are compared with. ``before``: when the last one before
    it was measured, or one of another source at the same instant. None where there is no value.
    """

    near: tuple[Decimal, Decimal] | None
    far: tuple[Decimal, Decimal] | None
    mixed: bool = False
    later: bool = False
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """The rules and parts of rules that are decided at readings of one metric: each part once, and of which rule."""

    reach: timedelta | None
    changes: tuple[Change, ...]
    baselines: tuple[FromBaseline, ...]
    jumping: tuple[tuple[str, Jump], ...]
    varying: tuple[Variation, ...]
    others: tuple[Rule, ...]
    parts: Mapping[str, frozenset[str]]
    near: Mapping[str, "_Step"]
    far: Mapping[str, "_Step"]


class _Step(NamedTuple):
    """A distance from every value, in the unit and in percent of it, at which no change and no jump is found."""

    amount: Decimal
    percent: Decimal


_PLANS: dict[tuple[str, str, Metric], _Plan] = {}


def _plan(protocol: Protocol, metric: Metric) -> _Plan:
    name = (protocol.key, protocol.version, metric)
    plan = _PLANS.get(name)
    if plan is None:
        plan = _PLANS[name] = _made(protocol.rules_of(metric), metric)
    return plan


def _made(rules: Sequence[Rule], metric: Metric) -> _Plan:
    # Of a combination something must be found at this very reading by one of the parts.
    parts = {rule.key: [part for part in parts_of(rule) if metric in part.metrics] for rule in rules}
    own = list({part.key: part for each in parts.values() for part in each}.values())
    compared = tuple(part for part in own if isinstance(part, Change | FromBaseline | Jumped))
    changes = tuple(part for part in compared if isinstance(part, Change))
    jumps = [part.jump for part in compared if part.jump is not None]
    # Of several metrics the one before may be another's.
    varying = tuple(part for part in own if isinstance(part, Variation) and len(part.metrics) == 1)
    return _Plan(
        reach=max(rule.lookback for rule in rules) if compared else NEAR if varying else None,
        changes=changes,
        baselines=tuple(part for part in compared if isinstance(part, FromBaseline)),
        jumping=tuple((part.key, part.jump) for part in compared if part.jump is not None),
        varying=varying,
        others=tuple(part for part in own if part not in compared and part not in varying),
        parts={key: frozenset(part.key for part in each) for key, each in parts.items()},
        near=_steps(metric, [part for part in changes if _is_near(part)], []),
        far=_steps(metric, [part for part in changes if not _is_near(part)], jumps),
    )


def _steps(metric: Metric, changes: Sequence[Change], jumps: Sequence[Jump]) -> dict[str, _Step]:
    """By unit of the metric; without limit where no change and no jump looks."""
    found: dict[str, _Step] = {}
    for unit in MEASURES[metric].units:
        amounts, percents = [_INFINITE], [_INFINITE]
        for grade, relative in ((grade, part.relative) for part in changes for grade in part.grades):
            (percents if relative else amounts).append(grade.bound.at.get("%" if relative else unit, _INFINITE))
            percents.append(_INFINITE if grade.percent is None else grade.percent)
        for jump in jumps:
            amounts.append(jump.bound.at.get(unit, Decimal(0)))
            percents.append(jump.percent)
        found[unit] = _Step(min(amounts), min(percents))
    return found


def _is_near(rule: Change) -> bool:
    return rule.span.farthest <= NEAR


def horizon(protocol: Protocol, metric: Metric) -> timedelta | None:
    """How far back the extent of a metric must reach; None when no rule of change looks at it."""
    return _plan(protocol, metric).reach


def lies_still(protocol: Protocol, watch: Watch, reading: Reading, extent: Extent) -> bool:
    """Whether a new reading lies so close to those before it that :func:`stirred` names no rule, whichever are asked.

    A quick answer for most readings: false does not mean that a rule is stirred.
    """
    plan = _plan(protocol, reading.metric)
    if extent.mixed or extent.later or reading.comparator is not None or watch.targets:
        return False
    near, far = plan.near.get(reading.unit), plan.far.get(reading.unit)
    if not (_within(near, reading.value, extent.near) and _within(far, reading.value, extent.far)):
        return False
    if watch.baselines and any(_off(part, watch, reading) for part in plan.baselines):
        return False
    if any(part.varies(reading, extent.before, watch) for part in plan.varying):
        return False
    return not any(part.may_matter(reading, watch) for part in plan.others)


def _within(step: _Step | None, value: Decimal, values: tuple[Decimal, Decimal] | None) -> bool:
    if values is None:
        return True
    if step is None:
        return False
    gaps = ((abs(value - base), base) for base in values)
    # Zero times infinity is not a number.
    anything = step.percent == _INFINITE
    return all(gap < step.amount and (anything or gap * _HUNDRED < base * step.percent) for gap, base in gaps)


def stirred(
    protocol: Protocol, watch: Watch, reading: Reading, rules: Sequence[Rule], extent: Extent
) -> tuple[Rule, ...]:
    """Which of ``rules`` may find something at a new reading, or at any other because of it; the others certainly not.

    All of them where the extent says nothing.
    """
    if extent.mixed or extent.later or reading.comparator is not None:
        return tuple(rules)
    plan = _plan(protocol, reading.metric)
    keys = {key for key, jump in plan.jumping if not _close(jump, reading, extent.far)}
    keys |= {part.key for part in plan.changes if _changed(part, watch, reading, extent)}
    keys |= {part.key for part in plan.baselines if _off(part, watch, reading)}
    keys |= {part.key for part in plan.varying if part.varies(reading, extent.before, watch)}
    keys |= {part.key for part in plan.others if part.may_matter(reading, watch)}
    return tuple(rule for rule in rules if not keys.isdisjoint(plan.parts[rule.key])) if keys else ()


def _changed(rule: Change, watch: Watch, reading: Reading, extent: Extent) -> bool:
    values = extent.near if _is_near(rule) else extent.far
    if values is None:
        return False
    # The lowest value makes the largest rise, the highest the largest fall, in units and in percent.
    base = values[0] if rule.rising else values[1]
    # Of zero there is no percentage: a value above it may make one.
    if base <= 0 and (rule.relative or any(grade.percent is not None for grade in rule.grades)):
        return True
    return rule.reached(reading, base, watch) is not None


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
