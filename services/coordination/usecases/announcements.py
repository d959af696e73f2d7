"""What monitoring is told: of patients it follows, of who is away. A row in the outbox, in the same transaction."""

from collections.abc import Iterable
from datetime import datetime

from services.coordination.store import risk_scores
from services.coordination.store.absences import AbsenceRow
from services.coordination.store.care_teams import CareTeamRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from shared.contracts.monitoring.care_teams import CareTeamChanged
from shared.contracts.monitoring.covers import AbsenceChanged
from shared.contracts.monitoring.patients import PatientChanged
from shared.contracts.monitoring.stays import StayEnded, StayProgress, StayStarted
from shared.contracts.people import Identifier, PatientSnapshot
from shared.db import outbox
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import CareTeamRole, RiskAlgorithm, Sex, StayState

_PROGRESS = {
    StayState.IN_PROGRESS: StayProgress.IN_PROGRESS,
    StayState.FINISHED: StayProgress.FINISHED,
    StayState.CANCELLED: StayProgress.CANCELLED,
    StayState.ENTERED_IN_ERROR: StayProgress.CANCELLED,
}


def snapshot(row: PatientRow) -> PatientSnapshot:
    """A patient as monitoring keeps them."""
    return PatientSnapshot(
        coordination_id=row.id,
        version=row.version,
        identifiers=[Identifier.model_validate(identifier) for identifier in row.identifiers],
        family=row.family,
        given=row.given,
        birth_date=row.birth_date,
        sex=Sex(row.sex),
        time_zone=row.time_zone,
        deceased_at=row.deceased_at,
    )


async def patient_changed(tx: Session, row: PatientRow, *, actor: Actor, now: datetime) -> None:
    """Tell that a followed patient changed."""
    if row.monitored:
        message = PatientChanged(**dict(snapshot(row)))
        await outbox.put(tx, message, stream=f"patient:{row.id}", now=now, actor=actor, about=row.id)


async def care_team_changed(
    tx: Session, patient: PatientRow, members: Iterable[CareTeamRow], *, actor: Actor, now: datetime
) -> None:
    """Tell who is responsible for a followed patient."""
    if not patient.monitored:
        return
    for row in members:
        message = CareTeamChanged(
            member_id=row.id,
            version=row.version,
            patient=snapshot(patient),
            role=CareTeamRole(row.role),
            practitioner=row.practitioner,
            subject=row.subject,
            telephone=row.telephone,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        await outbox.put(tx, message, stream=f"patient:{patient.id}", now=now, actor=actor, about=row.id)


async def absence_changed(tx: Session, row: AbsenceRow, *, actor: Actor, now: datetime) -> None:
    """Tell who is away and who covers."""
    message = AbsenceChanged(
        absence_id=row.id,
        version=row.version,
        person=row.person,
        covered_by=row.covered_by,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
    )
    await outbox.put(tx, message, stream=f"absence:{row.id}", now=now, actor=actor, about=row.id)


async def stay_changed(tx: Session, patient: PatientRow, stay: StayRow, *, actor: Actor, now: datetime) -> None:
    """Tell that a stay of a followed patient began, ended or was undone."""
    state = _PROGRESS.get(StayState(stay.state))
    if not patient.monitored or state is None or stay.started_at is None:
        return
    kind = StayStarted if state is StayProgress.IN_PROGRESS else StayEnded
    message = kind(
        stay_id=stay.id,
        patient=snapshot(patient),
        started_at=stay.started_at,
        ended_at=stay.ended_at,
        state=state,
        lace=await _lace(tx, stay) if state is StayProgress.FINISHED else None,
    )
    await outbox.put(tx, message, stream=f"stay:{stay.id}", now=now, actor=actor, about=stay.id)


async def _lace(tx: Session, stay: StayRow) -> int | None:
    """The LACE index of a discharge by the published table; None while something is missing."""
    found = (row for row in await risk_scores.latest(tx, stay.id) if row.algorithm == RiskAlgorithm.LACE_2010)
    return next((row.least for row in found if row.least == row.most), None)
