"""Who is told of a patient's alerts, and who may approve: what coordination says of their care team."""

from datetime import date, datetime
from uuid import UUID

from services.monitoring.domain.patients import IdMismatch
from services.monitoring.store import care_teams as store
from services.monitoring.store import patients as patient_store
from services.monitoring.store.care_teams import CareTeamRow
from services.monitoring.usecases import patients
from shared.contracts.monitoring.care_teams import MemberRead, PutCareTeamMember
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.zones import local_day
from shared.vocabulary import CareTeamRole

_KEPT = ("version", "role", "practitioner", "subject", "telephone", "starts_on", "ends_on")


async def put(tx: Session, member_id: UUID, body: PutCareTeamMember, *, actor: Actor, now: datetime) -> MemberRead:
    """Keep a responsibility; an older version changes nothing.

    Raises:
        IdMismatch: the body names another one than the address.
    """
    if body.member_id not in (None, member_id):
        raise IdMismatch("member_id in the body must be the one in the address, or be left out.")
    patient = await patients.meet(tx, body.patient, actor=actor, now=now)
    audit.saw(tx, patient.id, member_id)
    row = await store.find_for_update(tx, member_id)
    if row is None:
        row = CareTeamRow(id=member_id, organization_id=organization(tx), patient_id=patient.id, version=0)
        row.created_at = now
        tx.add(row)
    if body.version > row.version:
        for name in _KEPT:
            setattr(row, name, getattr(body, name))
        row.updated_at = now
    await tx.flush()
    return _read(row, local_day(now, patient.time_zone))


async def of_patient(tx: Session, patient_id: UUID, *, on: date | None, now: datetime) -> list[MemberRead]:
    """A patient's care team by start; with ``on`` only who is responsible on that day of theirs. Raises NotFound."""
    patient = await patient_store.get(tx, patient_id)
    audit.saw(tx, patient.id)
    today = local_day(now, patient.time_zone)
    return [_read(row, today) for row in await store.of_patient(tx, patient_id, on=on)]


def _read(row: CareTeamRow, today: date) -> MemberRead:
    active = row.starts_on <= today and (row.ends_on is None or today <= row.ends_on)
    values = {name: getattr(row, name) for name in ("id", "patient_id", *_KEPT)}
    return MemberRead(**{**values, "role": CareTeamRole(row.role), "active": active})
