"""From when on monitoring hears of a patient: from the first request to follow them, or from its own first word."""

from datetime import datetime

from services.coordination.store import care_teams, patients, stays
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import announcements, sharing
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.zones import local_day
from shared.vocabulary import Role, SharingPurpose


def mark(patient: PatientRow, now: datetime) -> bool:
    """From now on monitoring is told of the patient; whether it was not before."""
    if patient.monitored:
        return False
    patient.monitored = True
    patient.version, patient.updated_at = patient.version + 1, now
    return True


async def tell_team(tx: Session, patient: PatientRow, *, actor: Actor, now: datetime) -> None:
    """Tell who is responsible for the patient today."""
    members = await care_teams.page(tx, patient.id, on=local_day(now, patient.time_zone), after=None, limit=100)
    await announcements.care_team_changed(tx, patient, members, actor=actor, now=now)


async def heard_of(tx: Session, patient: PatientRow, *, actor: Actor, now: datetime) -> None:
    """Monitoring spoke of a patient, locked, whom nobody here asked it to follow: it gets the record as it is here, the
    care team and the stay of today, and every later change. Saying it again does nothing.

    What others than monitoring say changes nothing, nor does it while the patient's word is against telling monitoring.
    """
    if Role.SERVICE not in actor.roles or patient.monitored:
        return
    if not await sharing.allowed(tx, patient.id, SharingPurpose.MONITORING, None, now):
        return
    mark(patient, now)
    await announcements.patient_changed(tx, patient, actor=actor, now=now)
    await tell_team(tx, patient, actor=actor, now=now)
    stay = await stays.current(tx, patient.id)
    if stay is not None:
        await announcements.stay_changed(tx, patient, stay, actor=actor, now=now)
    if patient.merged_into is not None:
        taken_over = await patients.get_for_update(tx, patient.merged_into)
        await heard_of(tx, taken_over, actor=actor, now=now)
