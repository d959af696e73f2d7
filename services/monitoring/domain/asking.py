"""Which metrics are judged by rules that ask about a circumstance, a bound or a baseline."""

from collections.abc import Callable

from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.together import parts_of
from shared.vocabulary import Metric


def about_circumstance(protocol: Protocol, fact: str) -> frozenset[Metric]:
    """Judged by rules that hold only with, without, or more seriously with a circumstance."""
    return _where(protocol, lambda rule: fact in rule.unless | rule.only | rule.raised_by)


def about_bound(protocol: Protocol, key: str) -> frozenset[Metric]:
    """Judged by rules with a bound of this key."""
    return _where(protocol, lambda rule: any(bound.key == key for bound in rule.bounds))


def about_baseline(protocol: Protocol, metric: Metric) -> frozenset[Metric]:
    """Judged by rules that compare with the patient's baseline of a metric."""

    def compares(rule: Rule) -> bool:
        compared = getattr(rule, "against", None)
        return metric in (getattr(rule, "baseline", None), getattr(compared, "baseline", None))

    return _where(protocol, compares)


def _where(protocol: Protocol, asks: Callable[[Rule], bool]) -> frozenset[Metric]:
    asking = (rule for rule in protocol.rules if any(asks(each) for each in (rule, *parts_of(rule))))
    return frozenset(metric for rule in asking for metric in rule.metrics)
