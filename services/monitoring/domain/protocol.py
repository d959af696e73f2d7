"""A protocol: the versioned rules of one condition, with what they watch, expect and exclude. Immutable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound
from services.monitoring.domain.escalation import Ladder
from services.monitoring.domain.exclusions import Exclusion
from services.monitoring.domain.rules import EVERYTHING, Band, Rule
from services.monitoring.domain.silence import Examination, Expected, Stream
from shared.kit.metric_dictionary import MEASURES
from shared.vocabulary import Metric, ProtocolKey, RiskTier, Severity


@dataclass(frozen=True, slots=True)
class Goal:
    """A default target range for charts and goals (clinical §1.13), in one unit; either side may be open.

    ``from_baseline``: the two are distances from the patient's baseline; in percent where the unit says so.
    """

    metric: Metric
    unit: str
    low: Decimal | None
    high: Decimal | None
    when: str = ""
    from_baseline: bool = False


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a tier is spoken with and reviewed (clinical §1.10)."""

    first: tuple[timedelta, ...]
    every: timedelta
    review: timedelta


@dataclass(frozen=True, slots=True)
class Protocol:
    """One published version. Rules of severity info are noted in trends and never open an alert.

    ``forms``: names (key and version) of those a check-in asks with. ``expects``: what is missing when it does not
    come. ``ladder``: by when alerts are answered, and who is told when they are not.
    """

    key: ProtocolKey
    version: str
    title: str
    metrics: tuple[Metric, ...]
    rules: tuple[Rule, ...]
    goals: tuple[Goal, ...]
    exclusions: tuple[Exclusion, ...]
    cadence: Mapping[RiskTier, Cadence]
    forms: tuple[str, ...]
    expects: tuple[Expected, ...]
    ladder: Ladder
    alerting: tuple[Rule, ...] = field(init=False)
    noting: tuple[Rule, ...] = field(init=False)
    lookback: Mapping[str, timedelta] = field(init=False, repr=False, compare=False)
    telling: frozenset[str] = field(init=False, repr=False, compare=False)
    wakes: frozenset[str] = field(init=False, repr=False, compare=False)
    calm: Mapping[tuple[Metric, str], Band] = field(init=False, repr=False, compare=False)
    bands: Mapping[tuple[Metric, str], tuple[tuple[Rule, Band | None], ...]] = field(
        init=False, repr=False, compare=False
    )
    dated: frozenset[Metric] = field(init=False, repr=False, compare=False)
    examined: frozenset[Metric] = field(init=False, repr=False, compare=False)
    _expected: Mapping[str, Expected] = field(init=False, repr=False, compare=False)
    _by_metric: Mapping[Metric, tuple[Rule, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        alerting = tuple(rule for rule in self.rules if rule.severity is not Severity.INFO)
        object.__setattr__(self, "alerting", alerting)
        object.__setattr__(self, "noting", tuple(rule for rule in self.rules if rule.severity is Severity.INFO))
        # Asked at every reading, and made of the parts of parts each time.
        object.__setattr__(self, "lookback", {rule.key: rule.lookback for rule in self.rules})
        metrics = {metric for rule in alerting for metric in rule.metrics}
        rules = {metric: tuple(rule for rule in alerting if metric in rule.metrics) for metric in metrics}
        object.__setattr__(self, "_by_metric", rules)
        object.__setattr__(self, "telling", frozenset().union(*(rule.telling for rule in alerting)))
        object.__setattr__(self, "wakes", frozenset().union(*(rule.wakes for rule in alerting)))
        object.__setattr__(self, "bands", _bands(rules))
        object.__setattr__(self, "calm", _calm(self.bands))
        dated = (each for rule in alerting if rule.by_days for each in rule.metrics)
        object.__setattr__(self, "dated", frozenset(dated))
        # A result of any of these may end that something is overdue.
        tests = (metric for each in self.expects if isinstance(each, Examination) for metric in each.metrics)
        object.__setattr__(self, "examined", frozenset(tests))
        object.__setattr__(self, "_expected", {each.key: each for each in self.expects})

    def rule(self, key: str) -> Rule | None:
        """The rule of this key."""
        return next((rule for rule in self.rules if rule.key == key), None)

    def expectation(self, key: str) -> Expected | None:
        """The expectation of this key; None for a rule over readings."""
        return self._expected.get(key)

    def keys_during(self, rule: str) -> list[str]:
        """What is expected only because an alert of this rule stands."""
        return [each.key for each in self.expects if isinstance(each, Stream) and rule in each.during]

    @property
    def goals_of_examinations(self) -> Mapping[str, tuple[Metric, Bound]]:
        """By its key what decides how often something is examined and may be a patient's own: metric and default."""
        examined = (each for each in self.expects if isinstance(each, Examination))
        return {key: (each.metrics[0], Bound(key, each.goal)) for each in examined if (key := each.goal_key)}

    def rules_of(self, metric: Metric) -> tuple[Rule, ...]:
        """The alerting rules decided at readings of a metric; empty when nothing here depends on it."""
        return self._by_metric.get(metric, ())

    def not_quiet(self, metric: Metric, unit: str, value: Decimal) -> tuple[Rule, ...]:
        """Those of :meth:`rules_of` that a value, sent plainly and without targets, may concern by itself."""
        bands = self.bands.get((metric, unit))
        if bands is None:
            return self.rules_of(metric)
        return tuple(rule for rule, band in bands if band is None or not band[0] < value < band[1])

    @property
    def bounds(self) -> Mapping[str, Bound]:
        """Every bound by its key: what an individual target may replace."""
        return {bound.key: bound for rule in self.rules for bound in rule.bounds}


def _bands(rules: Mapping[Metric, tuple[Rule, ...]]) -> dict[tuple[Metric, str], tuple[tuple[Rule, Band | None], ...]]:
    """Per metric and unit, each rule with the values it cannot be concerned with by themselves."""
    return {
        (metric, unit): tuple((rule, rule.quiet(metric, unit)) for rule in own)
        for metric, own in rules.items()
        for unit in MEASURES[metric].units
    }


def _calm(bands: Mapping[tuple[Metric, str], Sequence[tuple[Rule, Band | None]]]) -> dict[tuple[Metric, str], Band]:
    """Per metric and unit, the values that no rule can be concerned with by themselves."""
    found: dict[tuple[Metric, str], Band] = {}
    for place, own in bands.items():
        known = [band for _, band in own if band is not None]
        if len(known) == len(own):
            low, high = max(band[0] for band in (EVERYTHING, *known)), min(band[1] for band in (EVERYTHING, *known))
            found[place] = (low, high)
    return found
