"""The published protocols, described in words made from the rules themselves."""

from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import PUBLISHED
from services.monitoring.domain.rules import Rule
from shared.contracts.monitoring.protocols import (
    BoundRead,
    ExclusionRead,
    GoalRead,
    ProtocolRead,
    ProtocolSummary,
    RuleRead,
)
from shared.kit.problems import NotFound


def list_all() -> list[ProtocolSummary]:
    """Every published version."""
    return [
        ProtocolSummary(key=each.key, version=each.version, title=each.title, rules=len(each.rules))
        for each in PUBLISHED
    ]


def get(key: str, version: str) -> ProtocolRead:
    """One version with its rules, bounds and sources; raises NotFound."""
    for each in PUBLISHED:
        if (each.key, each.version) == (key, version):
            return _read(each)
    raise NotFound("protocol version")


def _read(protocol: Protocol) -> ProtocolRead:
    return ProtocolRead(
        key=protocol.key,
        version=protocol.version,
        title=protocol.title,
        metrics=list(protocol.metrics),
        rules=[_rule(each) for each in protocol.rules],
        goals=[
            GoalRead(
                metric=each.metric,
                unit=each.unit,
                low=each.low,
                high=each.high,
                when=each.when,
                from_baseline=each.from_baseline,
            )
            for each in protocol.goals
        ],
        exclusions=[
            ExclusionRead(fact=each.fact, effect=each.effect, sentence=each.sentence, source=each.source)
            for each in protocol.exclusions
        ],
    )


def _rule(rule: Rule) -> RuleRead:
    return RuleRead(
        key=rule.key,
        title=rule.title,
        metrics=list(rule.metrics),
        severity=rule.severity,
        criterion=rule.criterion(),
        description=rule.describe(),
        bounds=[BoundRead(key=each.key, limits=dict(each.at)) for each in rule.bounds],
        source=rule.source,
        asks=rule.asks,
        opens_need=rule.opens_need,
    )
