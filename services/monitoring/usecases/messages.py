"""What coordination is told: a need to open, evidence that may meet one, an alert that no longer asks for one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain.protocol import Protocol
from services.monitoring.store import patients
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases.rosters import Person
from shared.contracts.coordination.enrollments import EnrollmentChanged
from shared.contracts.coordination.need_sources import NeedSourceEnded
from shared.contracts.coordination.needs import NeedEvidence, NeedIdentified, Source
from shared.contracts.people import Identifier
from shared.db import outbox
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import (
    Disposition,
    EnrollmentState,
    EvidenceKind,
    Metric,
    NeedKind,
    Priority,
    RiskTier,
    Severity,
    SourceKind,
)

_PRIORITY = {Severity.CRITICAL: Priority.STAT, Severity.HIGH: Priority.URGENT}


async def need(
    tx: Session,
    person: Person,
    *,
    kind: NeedKind,
    alert_id: UUID,
    severity: Severity,
    protocol: Protocol,
    title: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Ask coordination for what an alert needs; the source names the alert, so that asking twice joins."""
    message = NeedIdentified(
        **await _who(tx, person),
        need=kind,
        reason=f"{protocol.title}: {title} ({severity})",
        source=Source(kind=SourceKind.MONITORING_ALERT, id=str(alert_id)),
        priority=_PRIORITY.get(severity, Priority.ROUTINE),
    )
    await _put(tx, person, message, actor=actor, now=now)


async def ask(
    tx: Session,
    person: Person,
    *,
    kind: NeedKind,
    reason: str,
    source: Source,
    priority: Priority,
    actor: Actor,
    now: datetime,
) -> None:
    """Ask coordination for what something other than an alert needs; asking twice for one source joins."""
    message = NeedIdentified(**await _who(tx, person), need=kind, reason=reason, source=source, priority=priority)
    await _put(tx, person, message, actor=actor, now=now)


def person_of(patient: PatientRow) -> Person:
    """A patient as messages are about them, whatever they are followed under."""
    return Person(patient.id, patient.coordination_id, (), patient.birth_date)


async def alert_over(tx: Session, person: Person, alert: AlertRow, *, actor: Actor, now: datetime) -> None:
    """Tell coordination how an alert ended that asked it for something; others are none of its business."""
    if alert.need_asked_at is None or alert.disposition is None:
        return
    message = NeedSourceEnded(
        **await _who(tx, person), alert_id=alert.id, disposition=Disposition(alert.disposition), ended_at=now
    )
    await _put(tx, person, message, actor=actor, now=now)


async def evidence(
    tx: Session,
    person: Person,
    *,
    kind: EvidenceKind,
    metrics: Sequence[Metric],
    occurred_at: datetime,
    reading_id: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Tell coordination that something happened which may meet a need."""
    message = NeedEvidence(
        **await _who(tx, person),
        evidence=kind,
        metric=metrics[0],
        metrics=list(metrics),
        occurred_at=occurred_at,
        source=Source(kind=SourceKind.READING, id=reading_id),
    )
    await _put(tx, person, message, actor=actor, now=now)


async def enrollment(tx: Session, row: EnrollmentRow, patient: PatientRow, *, actor: Actor, now: datetime) -> None:
    """Tell coordination how a patient it knows is followed now; one it does not know is none of its business."""
    if patient.coordination_id is None:
        return
    message = EnrollmentChanged(
        enrollment_id=row.id,
        patient_id=patient.coordination_id,
        request_id=row.request_id,
        version=row.version,
        protocol=row.protocol,
        protocol_version=row.protocol_version,
        state=EnrollmentState(row.state),
        tier=RiskTier(row.tier),
        tier_reason=row.tier_reason[:500],
        case_manager=row.case_manager,
        changed_at=now,
    )
    await outbox.put(tx, message, stream=f"enrollment:{row.id}", now=now, actor=actor, about=row.id)


async def _who(tx: Session, person: Person) -> dict[str, Any]:
    if person.coordination_id is not None:
        return {"patient_id": person.coordination_id}
    held = await patients.identifiers(tx, person.patient_id)
    return {"patient_identifiers": [Identifier(system=each.system, value=each.value) for each in held]}


async def _put(
    tx: Session,
    person: Person,
    message: NeedIdentified | NeedEvidence | NeedSourceEnded,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    stream = f"patient:{person.patient_id}"
    await outbox.put(tx, message, stream=stream, now=now, actor=actor, about=person.patient_id)
