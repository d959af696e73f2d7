"""A finding in the words of the contract, and what an alert cites."""

from collections.abc import Sequence
from uuid import UUID

from services.monitoring.domain.bounds import rank
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.pinned import behind
from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.readings import ReadingKey
from services.monitoring.store.alerts import AlertRow
from shared.contracts.monitoring.alerts import EvidenceRead


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
