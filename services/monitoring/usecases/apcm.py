"""What the record shows of the elements of APCM in a month; facts, not billing advice."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.monitoring.domain import in_force, programmes
from services.monitoring.domain.in_force import Moved
from services.monitoring.domain.programmes import OfMonth
from services.monitoring.store import enrollments, plans
from services.monitoring.store.enrollments import EnrollmentActRow, EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.time_entries import TimeEntryRow
from services.monitoring.usecases import rota
from shared.contracts.monitoring.evidence import ElementEvidence
from shared.db.base import Session
from shared.vocabulary import TimeContact

_ROTA = {
    True: "somebody day and night by the rota",
    False: "the rota has hours",
    None: "which rota held is not on record",
}


async def elements(
    tx: Session,
    patient: PatientRow,
    rows: Sequence[TimeEntryRow],
    consent: bool,
    start: datetime,
    stop: datetime,
    zone: str,
) -> list[ElementEvidence]:
    """The elements of the month from ``start`` to before ``stop`` (aware); days in words are of ``zone``.

    Everything is of that month, as far as it was on record then: tiers, case managers and rota by their histories. Only
    what the plan held is not looked at: one counts that had begun before the end of the month.
    """
    known = await enrollments.page(tx, {"patient_id": patient.id}, after=None, limit=200)
    followed = [
        row
        for row in known
        if start < stop
        and row.activated_at is not None
        and row.activated_at < stop
        and (row.ended_at is None or row.ended_at > start)
    ]
    plan = await plans.of_patient(tx, patient.id)
    covered = in_force.over(await rota.covered(tx), start, stop)
    risk, team = await _histories(tx, followed, start, stop, zone)
    found = programmes.apcm(
        OfMonth(
            consent=consent,
            covered=bool(covered) and all(each for _, each in covered),
            rota=in_force.in_words([(at, _ROTA[each]) for at, each in covered], zone) if covered else _ROTA[None],
            plan="" if plan is None or plan.created_at >= stop else f"plan of {plan.created_at:%Y-%m-%d}",
            risk="; ".join(risk),
            team="; ".join(team),
            conditions=len({row.protocol for row in followed}),
            talks=sum(row.contact == TimeContact.INTERACTIVE for row in rows),
        )
    )
    return [
        ElementEvidence(key=each.key, what=each.what, holds=each.holds, detail=each.detail, source=each.source)
        for each in found
    ]


async def _histories(
    tx: Session, followed: Iterable[EnrollmentRow], start: datetime, stop: datetime, zone: str
) -> tuple[list[str], list[str]]:
    """By enrollment the tiers and the case managers of the month, in words; without where nobody was responsible."""
    risk, team = [], []
    for row in followed:
        acts = await enrollments.history(tx, row.id)
        first, last = max(start, row.activated_at or start), min(stop, row.ended_at or stop)
        tiers = in_force.over(_held(acts, "tier", row.tier), first, last)
        people = in_force.over(_held(acts, "case-manager", row.case_manager), first, last)
        risk.append(f"{row.protocol}: {in_force.in_words([(at, str(each)) for at, each in tiers], zone)}")
        if any(each for _, each in people):
            named = [(at, each or "nobody") for at, each in people]
            team.append(f"{row.protocol}: {in_force.in_words(named, zone)}")
    return sorted(risk), sorted(team)


def _held(acts: Iterable[EnrollmentActRow], act: str, now: str | None) -> list[tuple[datetime, str | None]]:
    return in_force.history((Moved(each.at, each.before, each.after) for each in acts if each.act == act), now)
