"""The published protocols, described in words made from the rules themselves."""

from services.monitoring.domain.escalation import Answering
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocol_content import read
from services.monitoring.domain.protocols import PUBLISHED
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.silence import Expected
from services.monitoring.store import protocol_versions
from services.monitoring.usecases.protocol_versions import protocol
from shared.contracts.monitoring.protocols import (
    AnsweringRead,
    BoundRead,
    ExclusionRead,
    ExpectedRead,
    GoalRead,
    ProtocolRead,
    ProtocolSummary,
    RuleRead,
    StepRead,
)
from shared.db.base import Session
from shared.vocabulary import Severity


async def list_all(tx: Session) -> list[ProtocolSummary]:
    """Every published version, the organization's own after those of the catalogue."""
    own = [read(row.key, row.name, row.content) for row in await protocol_versions.of_key(tx) if row.published_at]
    return [
        ProtocolSummary(key=each.key, version=each.version, title=each.title, rules=len(each.rules))
        for each in (*PUBLISHED, *own)
    ]


async def get(tx: Session, key: str, version: str) -> ProtocolRead:
    """One version with its rules, bounds and sources, also a draft as it is now; raises NotFound."""
    return _read(await protocol(tx, key, version))


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
        forms=list(protocol.forms),
        expects=[_expected(each) for each in protocol.expects],
        ladder=[_answering(severity, each) for severity, each in protocol.ladder.items()],
    )


def _expected(expected: Expected) -> ExpectedRead:
    return ExpectedRead(
        key=expected.key,
        title=expected.title,
        metrics=list(expected.metrics),
        criterion=expected.rhythm(),
        tiers=sorted(expected.tiers),
        only=sorted(expected.only),
        unless=sorted(expected.unless),
        source=expected.source,
        asks=expected.asks,
        opens_need=expected.opens_need,
    )


def _answering(severity: Severity, answering: Answering) -> AnsweringRead:
    return AnsweringRead(
        severity=severity,
        acknowledge_within=answering.acknowledge.words(),
        steps=[StepRead(tier=each.tier, told=each.told, after=each.wait.words()) for each in answering.steps],
        source=answering.source,
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
