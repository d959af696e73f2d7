"""The smallest scene in which a rule is decided by one number, for every kind of rule that has a bound."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from services.monitoring.domain.against import Way
from services.monitoring.domain.averages import Averaged
from services.monitoring.domain.bounds import Grade, Side
from services.monitoring.domain.changes import Change, FromBaseline, Jumped
from services.monitoring.domain.compared import Compared
from services.monitoring.domain.days import DayCount, Variation
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.graded import Graded
from services.monitoring.domain.history import History
from services.monitoring.domain.metrics import MEASURES
from services.monitoring.domain.paired import Paired
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.repeats import EpisodeCount, Repeat
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.scores import TimeInRange
from services.monitoring.domain.sittings import MeanOf
from services.monitoring.domain.sustained import Sustained
from services.monitoring.domain.thresholds import Threshold
from services.monitoring.domain.together import Together
from services.monitoring.domain.watch import Baseline, Watch
from shared.vocabulary import Metric
from tests.support.ward import a_reading, a_watch, local

NOON = local("2026-10-20 12:00")
BASE = Decimal(400)
"""What values are compared with; far from every distance that is judged."""
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Edge(NamedTuple):
    """One number of the catalogue: a grade of a rule, for one metric in one unit."""

    rule: Rule
    grade: Grade
    metric: Metric
    unit: str
    limit: Decimal

    @property
    def name(self) -> str:
        return f"{self.rule.key} {self.grade} {self.metric} {self.unit}"


def edges(protocol: Protocol) -> Iterator[Edge]:
    """Every number that any rule of a protocol, or a part of one, is decided by."""
    for rule in protocol.rules:
        yield from _of(rule)
        if isinstance(rule, Together | EpisodeCount):
            for part in rule.parts:
                yield from _of(part)


def _of(rule: Rule) -> Iterator[Edge]:
    for grade in rule.grades:
        for metric in _judged(rule):
            if grade.metric not in (None, metric):
                continue
            for unit in rule.compared_in(tuple(MEASURES[metric].units)):
                yield Edge(rule, grade, metric, unit, grade.bound.at[unit])


def _judged(rule: Rule) -> tuple[Metric, ...]:
    """The metrics whose values are compared themselves."""
    if isinstance(rule, TimeInRange):
        return rule.shares[:1]
    return rule.parts[0].metrics if isinstance(rule, EpisodeCount) and rule.parts else rule.metrics


def met(edge: Edge, amount: Decimal) -> bool:
    """Whether an amount is on the far side of the edge: said anew, not by the code under test."""
    return {
        Side.BELOW: amount < edge.limit,
        Side.AT_MOST: amount <= edge.limit,
        Side.ABOVE: amount > edge.limit,
        Side.AT_LEAST: amount >= edge.limit,
    }[edge.grade.side]


def found(edge: Edge, amount: Decimal) -> Finding | None:
    """What the rule finds where exactly ``amount`` is what it is decided by."""
    watch, readings = _scene(edge, amount)
    past = History(readings)
    line = past.line(edge.rule.metrics)
    own = [i for i, each in enumerate(line) if each.metric is edge.metric]
    # A report is judged at the value that completes it.
    last = len(line) - 1 if isinstance(edge.rule, TimeInRange) else own[-1]
    return edge.rule.find(line, last, past, watch)


def _watch(rule: Rule, metric: Metric | None = None, unit: str = "") -> Watch:
    begun = a_watch("2026-01-01 00:00", facts=rule.only)
    base = BASE * 1000 if unit == "g" else BASE
    known = () if metric is None else (Baseline(metric, base, unit, begun.since),)
    return replace(begun, baselines=known)


def _at(edge: Edge, value: Decimal, at: datetime, *context: str) -> Reading:
    unit = edge.unit if edge.unit in MEASURES[edge.metric].units else next(iter(MEASURES[edge.metric].units))
    reading = a_reading(edge.metric, f"{value:f}", unit, at)
    return reading._replace(context=frozenset(context))


def _scene(edge: Edge, amount: Decimal) -> tuple[Watch, list[Reading]]:
    rule = edge.rule
    if isinstance(rule, Graded):
        watch, value = _graded(edge, rule, amount)
        if isinstance(rule, Averaged):
            return watch, _unequal(edge, rule, value)
        return watch, [_at(edge, value, at) for at in _times(rule)]
    if isinstance(rule, Compared):
        return _compared(edge, rule, amount)
    if isinstance(rule, Paired):
        earlier = edge if rule.same_metric else edge._replace(metric=rule.metrics[0])
        before = _at(earlier, BASE + amount, NOON - _MINUTE, *rule.before)
        return _watch(rule), [before, _at(edge, BASE, NOON, *rule.now)]
    if isinstance(rule, TimeInRange):
        shares = [amount, *[Decimal(0)] * (len(rule.shares) - 1)]
        report = [a_reading(each, f"{value:f}", "%", NOON) for each, value in zip(rule.shares, shares, strict=True)]
        return _watch(rule), [*report, a_reading(Metric.CGM_ACTIVE, f"{rule.enough:f}", "%", NOON)]
    if isinstance(rule, Variation):
        ends = (200 - amount, 200 + amount)
        days = [NOON - _DAY * k for k in range(rule.days)]
        return _watch(rule), [_at(edge, end, day + _HOUR * k) for day in days for k, end in enumerate(ends)]
    raise AssertionError(f"no scene for a rule of kind {type(rule).__name__}: write one")


def _unequal(edge: Edge, rule: Averaged, mean: Decimal) -> list[Reading]:
    """Days of which only the last is far on the bad side: a mean over days with data, of which most may be calm."""
    before, sign = rule.days - 1, 1 if edge.grade.side.upward else -1
    last, calm = mean + sign * before * mean / 10, mean - sign * mean / 10
    return [_at(edge, last, NOON), *(_at(edge, calm, NOON - _DAY * k) for k in range(1, rule.days))]


def _graded(edge: Edge, rule: Graded, amount: Decimal) -> tuple[Watch, Decimal]:
    against = rule.against
    if against is None:
        return _watch(rule), amount
    unit = against.of or next(iter(MEASURES[against.baseline].units))
    watch = _watch(rule, against.baseline, unit)
    if against.way is Way.PERCENT:
        return watch, BASE * amount / 100
    return watch, BASE * amount if against.way is Way.PER else BASE - amount


def _times(rule: Graded) -> list[datetime]:
    """When the value has to be measured so that only its size decides."""
    if isinstance(rule, Threshold):
        return [NOON]
    if isinstance(rule, Repeat):
        apart = rule.apart or _MINUTE
        steps = 1 if rule.gap is None else -(-apart // rule.gap)
        return [NOON - apart * k / steps for k in range(steps, -1, -1)]
    if isinstance(rule, Sustained):
        return [NOON - rule.lasting * k / 6 for k in range(6, -1, -1)]
    if isinstance(rule, DayCount):
        return [NOON - _DAY * k for k in range(rule.times)]
    if isinstance(rule, MeanOf):
        return [NOON - _MINUTE * k for k in range(rule.times)]
    if isinstance(rule, EpisodeCount):
        return [NOON - (rule.apart + _HOUR) * k for k in range(rule.times)]
    raise AssertionError(f"no times for a rule of kind {type(rule).__name__}: write them")


def _compared(edge: Edge, rule: Compared, amount: Decimal) -> tuple[Watch, list[Reading]]:
    base = BASE * 1000 if edge.unit == "g" else BASE
    distance = base * amount / 100 if rule.relative else amount
    value = base + distance if rule.rising or isinstance(rule, Jumped) else base - distance
    now = _at(edge, value, NOON)
    if isinstance(rule, FromBaseline):
        return _watch(rule, rule.baseline, now.unit), [now]
    if isinstance(rule, Change):
        return _watch(rule), [_at(edge, base, NOON - max(rule.span.nearest, _DAY)), now]
    return _watch(rule), [_at(edge, base, NOON - _DAY), now]
