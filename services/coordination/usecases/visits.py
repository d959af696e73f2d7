"""Visits: encounters that are no stay."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import visits as domain
from services.coordination.domain.external_identifiers import Named
from services.coordination.store import visits as store
from services.coordination.store.visits import VisitRow
from services.coordination.usecases.naming import claim, new
from services.coordination.usecases.patients import to_write
from shared.contracts.coordination.visits import RecordVisit, VisitRead
from shared.db import audit
from shared.db.base import Session


async def record(tx: Session, body: RecordVisit, *, now: datetime) -> VisitRead:
    """Record a visit.

    Raises:
        NotFound: no such patient.
        AlreadyMerged: the record was merged into another.
        VisitEndsBeforeStart, VisitInTheFuture, VisitBeforeBirth.
        IdentifierTaken: another visit has one of the identifiers.
    """
    patient = await to_write(tx, body.patient_id)
    domain.check(body.state, body.started_at, body.ended_at, born=patient.birth_date, now=now)
    row = VisitRow(
        **new(tx, body.identifiers, now=now),
        patient_id=body.patient_id,
        visit_class=body.visit_class,
        state=body.state,
        started_at=body.started_at,
        ended_at=body.ended_at,
        type=body.type.model_dump() if body.type else None,
        reasons=[reason.model_dump() for reason in body.reasons],
        practitioner_id=body.practitioner_id,
        care_site_id=body.care_site_id,
    )
    tx.add(row)
    await claim(tx, Named.VISIT, row.id, row.identifiers)
    return view(tx, row)


async def get(tx: Session, visit_id: UUID) -> VisitRead:
    """One visit; raises NotFound."""
    return view(tx, await store.get(tx, visit_id))


def view(tx: Session, row: VisitRow) -> VisitRead:
    """A row as it is answered; noted for the audit."""
    audit.saw(tx, row.patient_id, row.id)
    return VisitRead.model_validate(row)
