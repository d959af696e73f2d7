"""Who is responsible for a patient, and for when."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from services.coordination.domain import care_teams as rules
from services.coordination.store import care_teams, patients, record_acts, specialists
from services.coordination.store.care_teams import CareTeamRow
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import announcements
from services.coordination.usecases.patients import to_write
from shared.contracts.base import Page
from shared.contracts.coordination.care_teams import CareTeamMemberRead, JoinCareTeam, LeaveCareTeam
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import place
from shared.kit.problems import check_lives, check_version
from shared.kit.zones import local_day
from shared.vocabulary import TimelineKind


async def join(tx: Session, body: JoinCareTeam, *, actor: Actor, now: datetime) -> CareTeamMemberRead:
    """Give somebody a role in a patient's care.

    Raises:
        NotFound: no such patient, or no such specialist.
        AlreadyMerged: the record was merged into another.
        Deceased: the responsibility does not end by the day the patient died.
    """
    patient = await to_write(tx, body.patient_id)
    _check_lives(patient, body.ends_on)
    if body.specialist_id is not None:
        await specialists.get(tx, body.specialist_id)
    row = CareTeamRow(
        id=new_id(),
        organization_id=organization(tx),
        version=1,
        created_at=now,
        updated_at=now,
        **body.model_dump(),
    )
    audit.saw(tx, patient.id, row.id)
    tx.add(row)
    _write(tx, row, "join", actor=actor, now=now)
    await tx.flush()
    await announcements.care_team_changed(tx, patient, [row], actor=actor, now=now)
    return member(row, local_day(now, patient.time_zone))


def _check_lives(patient: PatientRow, ends_on: date | None) -> None:
    died_at = patient.deceased_at
    if died_at is not None and (ends_on is None or ends_on > local_day(died_at, patient.time_zone)):
        check_lives(died_at)


async def leave(
    tx: Session, member_id: UUID, body: LeaveCareTeam, *, version: int, actor: Actor, now: datetime
) -> CareTeamMemberRead:
    """Say when somebody's responsibility ends, or ended.

    Raises:
        EndsBeforeItStarts: the day lies before its first.
    """
    row = await care_teams.get_for_update(tx, member_id)
    audit.saw(tx, row.patient_id, row.id)
    check_version(row.version, version)
    row.ends_on = rules.end(row.starts_on, body.ends_on)
    row.version += 1
    row.updated_at = now
    _write(tx, row, "leave", actor=actor, now=now)
    await tx.flush()
    patient = await patients.get(tx, row.patient_id)
    await announcements.care_team_changed(tx, patient, [row], actor=actor, now=now)
    return member(row, local_day(now, patient.time_zone))


async def page(
    tx: Session, patient_id: UUID, *, on: date | None, cursor: str | None, limit: int, now: datetime
) -> Page[CareTeamMemberRead]:
    """A patient's care team, the longest in it first; with ``on`` who is responsible on that local day."""
    patient = await patients.get(tx, patient_id)
    audit.saw(tx, patient.id)
    after = place(cursor, date.fromisoformat, UUID)
    rows = await care_teams.page(tx, patient_id, on=on, after=after, limit=limit + 1)
    today = local_day(now, patient.time_zone)
    return page_of(rows, limit, lambda row: member(row, today), at=_place)


async def places_of(tx: Session, subject: str, *, most: int, now: datetime, lock: bool) -> Sequence[CareTeamRow]:
    """Where a person of the clinic is responsible beyond today, by the days of each patient."""
    rows = await care_teams.held_by(tx, subject, since=now.date() - timedelta(days=1), most=most, lock=lock)
    people = await patients.of_ids(tx, {row.patient_id for row in rows})
    return [
        row
        for row in rows
        if people[row.patient_id].merged_into is None
        and (row.ends_on is None or row.ends_on > local_day(now, people[row.patient_id].time_zone))
    ]


async def replace(
    tx: Session, places: Sequence[CareTeamRow], subject: str, name: str, *, actor: Actor, now: datetime
) -> None:
    """Let somebody else take locked places from today on; what was until today stays on record."""
    people = await patients.of_ids(tx, {row.patient_id for row in places})
    for row in places:
        patient = people[row.patient_id]
        today = local_day(now, patient.time_zone)
        changed = [row]
        if row.starts_on > today:
            before = row.practitioner
            row.subject, row.practitioner, row.telephone = subject, name, None
            _write(tx, row, "replace", actor=actor, now=now, before=before)
        else:
            changed.append(_successor(row, subject, name, today, now))
            tx.add(changed[-1])
            row.ends_on = today
            _write(tx, row, "leave", actor=actor, now=now)
            _write(tx, changed[-1], "join", actor=actor, now=now)
        row.version += 1
        row.updated_at = now
        await announcements.care_team_changed(tx, patient, changed, actor=actor, now=now)
    await tx.flush()


def _successor(row: CareTeamRow, subject: str, name: str, today: date, now: datetime) -> CareTeamRow:
    return CareTeamRow(
        id=new_id(),
        organization_id=row.organization_id,
        version=1,
        created_at=now,
        updated_at=now,
        patient_id=row.patient_id,
        role=row.role,
        practitioner=name,
        subject=subject,
        starts_on=today,
        ends_on=row.ends_on,
    )


def _write(tx: Session, row: CareTeamRow, act: str, *, actor: Actor, now: datetime, before: str | None = None) -> None:
    """Who joined, left or was replaced; ``code`` is the first local day of who joins, the last of who leaves."""
    day = row.ends_on if act == "leave" else row.starts_on
    names = None if before is None else ({"practitioner": before}, {"practitioner": row.practitioner})
    record_acts.put(
        tx,
        TimelineKind.CARE_TEAM,
        row.id,
        act,
        subject=row.role,
        by=actor.person,
        now=now,
        code=None if day is None else day.isoformat(),
        note=row.practitioner,
        changed=names,
    )


def _place(row: CareTeamRow) -> tuple[str, str]:
    return row.starts_on.isoformat(), str(row.id)


def member(row: CareTeamRow, today: date) -> CareTeamMemberRead:
    """A responsibility as the caller sees it."""
    values = {name: getattr(row, name) for name in CareTeamMemberRead.model_fields if name != "active"}
    active = rules.is_active(row.starts_on, row.ends_on, today)
    return CareTeamMemberRead.model_validate({**values, "active": active})
