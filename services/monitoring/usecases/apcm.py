"""What the record shows of the elements of APCM in a month; facts, not billing advice."""

from collections.abc import Sequence
from datetime import datetime

from services.monitoring.domain import programmes
from services.monitoring.store import enrollments, plans
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.time_entries import TimeEntryRow
from services.monitoring.usecases.rota import of as rota_of
from shared.contracts.monitoring.evidence import ElementEvidence
from shared.db.base import Session
from shared.vocabulary import TimeContact


async def elements(
    tx: Session, patient: PatientRow, rows: Sequence[TimeEntryRow], consent: bool, start: datetime, stop: datetime
) -> list[ElementEvidence]:
    """The elements of the month from ``start`` to before ``stop`` (aware).

    Consent, conditions and time entries are those of the month. Tiers, the rota and whether there is a plan (none that
    was begun later) are read as they stand when it is asked, and the answer says so.
    """
    known = await enrollments.page(tx, {"patient_id": patient.id}, after=None, limit=200)
    followed = [
        row
        for row in known
        if row.activated_at is not None and row.activated_at < stop and (row.ended_at is None or row.ended_at > start)
    ]
    plan = await plans.of_patient(tx, patient.id)
    rota = await rota_of(tx, patient.time_zone)
    found = programmes.apcm(
        consent=consent,
        covered=rota.always_covered,
        plan="" if plan is None or plan.created_at >= stop else f"plan of {plan.created_at:%Y-%m-%d}",
        risk=", ".join(sorted({f"{row.protocol}: {row.tier}" for row in followed})),
        conditions=len({row.protocol for row in followed}),
        talks=sum(row.contact == TimeContact.INTERACTIVE for row in rows),
    )
    return [
        ElementEvidence(key=each.key, what=each.what, holds=each.holds, detail=each.detail, source=each.source)
        for each in found
    ]
