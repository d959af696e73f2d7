"""A gate for rules of change: whether a new reading certainly finds nothing, from the extremes it is compared with.

Rules of change look at every reading of days before. Most values lie close to those, and then the lowest and the
highest of them are enough to know that no rule finds anything: no history has to be fetched, no line to be walked.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.changes import Change, FromBaseline, Jumped
from services.monitoring.domain.history import History
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.spans import DAY_TO_DAY
from services.monitoring.domain.together import Together
from services.monitoring.domain.watch import Watch
from shared.vocabulary import Metric

_HUNDRED = Decimal(100)
_COMPARED = (Change, FromBaseline, Jumped)
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


NOTHING = Extent(None, None)


def horizon(protocol: Protocol, metric: Metric) -> timedelta | None:
    """How far back the extent of a metric must reach; None when no rule of change looks at it."""
    rules = protocol.rules_of(metric)
    if not any(isinstance(part, _COMPARED) for rule in rules for part in _parts(rule)):
        return None
    return max(rule.lookback for rule in rules)


def still(protocol: Protocol, watch: Watch, reading: Reading, extent: Extent) -> bool:
    """Whether no rule can find anything at a new reading, nor at any other because of it; False when not sure."""
    if extent.mixed or extent.later or reading.comparator is not None:
        return False
    return all(_silent(rule, watch, reading, extent) for rule in protocol.rules_of(reading.metric))


def _parts(rule: Rule) -> tuple[Rule, ...]:
    return rule.parts if isinstance(rule, Together) else (rule,)


def _silent(rule: Rule, watch: Watch, reading: Reading, extent: Extent) -> bool:
    if isinstance(rule, Together):
        # Something must be found at this very reading by one of the parts.
        return all(_silent(part, watch, reading, extent) for part in rule.parts if reading.metric in part.metrics)
    if isinstance(rule, Change):
        values = extent.near if rule.span.farthest <= NEAR else extent.far
        # The lowest value makes the largest rise, the highest the largest fall, in units and in percent.
        return values is None or rule.reached(reading, values[0] if rule.rising else values[1], watch) is None
    if isinstance(rule, FromBaseline):
        alone = [reading]
        return rule.find(alone, 0, History(alone), watch) is None
    if isinstance(rule, Jumped):
        return extent.far is None or all(_close(rule, reading, base) for base in extent.far)
    return not rule.may_matter(reading, watch)


def _close(rule: Jumped, reading: Reading, base: Decimal) -> bool:
    if rule.jump is None:
        return True
    gap = abs(reading.value - base)
    return gap <= rule.jump.bound.at[reading.unit] and gap * _HUNDRED <= base * rule.jump.percent
