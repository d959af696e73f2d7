"""Alerts and their findings in the words of the contract, and what an alert cites."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from services.monitoring.domain import alert_acts
from services.monitoring.domain.alerts import state_now
from services.monitoring.domain.bounds import rank
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.pinned import behind
from services.monitoring.domain.policy import POLICY
from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.readings import ReadingKey
from services.monitoring.store import alerts as store
from services.monitoring.store.alerts import AlertRow
from services.monitoring.usecases import closures as words
from shared.contracts.base import AllowedAct
from shared.contracts.monitoring.alerts import AlertEvent, AlertRead, EvidenceRead
from shared.kit.actor import Actor
from shared.kit.policy import decide
from shared.vocabulary import AlertAct, AlertState, Disposition, Severity

_KEPT = (
    "id",
    "version",
    "patient_id",
    "enrollment_id",
    "protocol",
    "protocol_version",
    "rule",
    "retrospective",
    "opened_at",
    "began_at",
    "last_at",
    "cleared_at",
    "arithmetic",
    "acknowledged_by",
    "acknowledged_at",
    "acknowledge_note",
    "snoozed_until",
    "snooze_reason",
    "settled_by",
    "settled_at",
    "need_asked_at",
    "raised_at",
    "ack_due_at",
    "act_by",
    "escalated_to",
    "notice",
)


def read(
    row: AlertRow,
    event: AlertEvent | None = None,
    *,
    evidence: Sequence[Finding] | None = None,
    actor: Actor,
    now: datetime,
) -> AlertRead:
    """The alert in the words of the contract, with the acts this actor may do now; ``evidence`` where not all of it."""
    alert = store.alert_of(row)
    rule = behind(row.protocol, row.protocol_version, row.rule)
    ids: dict[ReadingKey, str] = {}
    return AlertRead.model_construct(
        **{name: getattr(row, name) for name in _KEPT},
        title=rule.title if rule is not None else row.rule,
        severity=alert.severity,
        state=state_now(alert, alert.severity, now),
        citation=rule.source if rule is not None else "",
        asks=rule.asks if rule is not None else "",
        evidence=[
            evidence_of(row.patient_id, each, ids) for each in (alert.findings if evidence is None else evidence)
        ],
        disposition=Disposition(row.disposition) if row.disposition else None,
        event=event,
        closure=words.closure(row.closure),
        acts=[*_allowed(alert.severity, state_now(alert, alert.severity, now), actor), words.recheck_act(row, actor)],
    )


@lru_cache(maxsize=4096)
def _allowed(severity: Severity, state: AlertState, actor: Actor) -> tuple[AllowedAct, ...]:
    """What this actor may do with such an alert; asked for every alert of every answer."""
    found = []
    for act in AlertAct:
        reason = alert_acts.unfit(severity, state, act) or (decide(POLICY, actor, f"alerts.{act}").reason or None)
        found.append(AllowedAct(act=act, allowed=reason is None, reason=reason))
    return tuple(found)


def evidence_of(patient_id: UUID, found: Finding, known: dict[ReadingKey, str] | None = None) -> EvidenceRead:
    """A finding in the words of the contract; ``known`` keeps the ids of readings that other findings name as well."""
    ids = {} if known is None else known
    for key in (found.reading, *found.partners):
        if key not in ids:
            ids[key] = reading_id(patient_id, key)
    return EvidenceRead.model_construct(
        reading_id=ids[found.reading],
        metric=found.reading.metric,
        observed_at=found.reading.observed_at,
        source=found.reading.source,
        partners=[ids[partner] for partner in found.partners],
        at=found.at,
        known_at=found.known_at,
        grade=found.grade,
        severity=found.severity,
        text=found.text,
        citation=found.source,
        late=found.late,
    )


def cited(row: AlertRow, findings: Sequence[Finding]) -> str:
    """What was cited when it was found, by its most serious finding: a later text of the same rule is another's.

    What its rule cites where that was not kept; empty where the version no longer has the rule.
    """
    worst = max(findings, key=lambda each: (rank(each.severity), each.at), default=None)
    kept = row.citation if worst is None else worst.source
    if kept:
        return kept
    named = behind(row.protocol, row.protocol_version, row.rule)
    return "" if named is None else named.source
