"""A finding in the words of the contract."""

from uuid import UUID

from services.monitoring.domain.findings import Finding
from services.monitoring.domain.reading_ids import reading_id
from shared.contracts.monitoring.alerts import EvidenceRead
from shared.vocabulary import Severity


def evidence_of(patient_id: UUID, found: Finding) -> EvidenceRead:
    """A finding in the words of the contract."""
    return EvidenceRead(
        reading_id=reading_id(patient_id, found.reading),
        metric=found.reading.metric,
        observed_at=found.reading.observed_at,
        source=found.reading.source,
        partners=[reading_id(patient_id, partner) for partner in found.partners],
        at=found.at,
        known_at=found.known_at,
        grade=found.grade,
        severity=Severity(found.severity),
        text=found.text,
        citation=found.source,
        late=found.late,
    )
