"""What coordination is told: a need to open, or evidence that may meet one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.monitoring.domain.protocol import Protocol
from services.monitoring.store import patients
from services.monitoring.usecases.rosters import Person
from shared.contracts.coordination.needs import GiveEvidence, IdentifyNeed, Source
from shared.contracts.people import Identifier
from shared.db import outbox
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import EvidenceKind, Metric, NeedKind, Priority, Severity, SourceKind

_PRIORITY = {Severity.CRITICAL: Priority.STAT, Severity.HIGH: Priority.URGENT}


@dataclass(frozen=True, slots=True)
class _Named:
    """A body of the receiver's own contract under the name of the message; a need's ``kind`` is a field of its own."""

    kind: str
    body: BaseModel

    def model_dump(self, *, mode: str) -> dict[str, Any]:
        dumped: dict[str, Any] = self.body.model_dump(mode=mode)
        return dumped


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
    body = IdentifyNeed(
        **await _who(tx, person),
        kind=kind,
        reason=f"{protocol.title}: {title} ({severity})",
        source=Source(kind=SourceKind.MONITORING_ALERT, id=str(alert_id)),
        priority=_PRIORITY.get(severity, Priority.ROUTINE),
    )
    await _put(tx, person, _Named("NeedIdentified", body), actor=actor, now=now)


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
    body = GiveEvidence(
        **await _who(tx, person),
        evidence=kind,
        metric=metrics[0],
        metrics=list(metrics),
        occurred_at=occurred_at,
        source=Source(kind=SourceKind.READING, id=reading_id),
    )
    await _put(tx, person, _Named("NeedEvidence", body), actor=actor, now=now)


async def _who(tx: Session, person: Person) -> dict[str, Any]:
    if person.coordination_id is not None:
        return {"patient_id": person.coordination_id}
    held = await patients.identifiers(tx, person.patient_id)
    return {"patient_identifiers": [Identifier(system=each.system, value=each.value) for each in held]}


async def _put(tx: Session, person: Person, message: _Named, *, actor: Actor, now: datetime) -> None:
    stream = f"patient:{person.patient_id}"
    await outbox.put(tx, message, stream=stream, now=now, actor=actor, about=person.patient_id)
