"""A finding in the words of the contract."""

from uuid import UUID

from services.monitoring.domain.findings import Finding
from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.readings import ReadingKey
from shared.contracts.monitoring.alerts import EvidenceRead
from shared.vocabulary import Severity


def evidence_of(patient_id: UUID, found: Finding, known: dict[ReadingKey, str] | None = None) -> EvidenceRead:
    """A finding in the words of the contract; ``known`` keeps the ids of readings that other findings name as well."""
    ids = {} if known is None else known
    for key in (found.reading, *found.partners):
        if key not in ids:
            ids[key] = reading_id(patient_id, key)
    return EvidenceRead(
        reading_id=ids[found.reading],
        metric=found.reading.metric,
        observed_at=found.reading.observed_at,
        source=found.reading.source,
        partners=[ids[partner] for partner in found.partners],
        at=found.at,
        known_at=found.known_at,
        grade=found.grade,
        severity=Severity(found.severity),
        text=found.text,
        citation=found.source,
        late=found.late,
    )
