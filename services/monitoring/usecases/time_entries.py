"""Time entries: log, correct, void, read."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.monitoring.domain import time_entries as rules
from services.monitoring.domain.policy import POLICY
from services.monitoring.domain.time_entries import Spent
from services.monitoring.store import patients, practices
from services.monitoring.store import time_entries as store
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.time_entries import TimeEntryRow
from shared.contracts.base import AllowedAct, Page
from shared.contracts.monitoring.time_entries import (
    CorrectTimeEntry,
    RecordTimeEntry,
    TimeEntryRead,
    TimePiece,
    TimeSpent,
    VoidTimeEntry,
)
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.policy import decide
from shared.kit.problems import check_version
from shared.vocabulary import TimeEntryAct

_SECOND = timedelta(seconds=1)
_READ = ("recorded_at", "seconds", "zone", "pieces", "acts")


async def record(tx: Session, body: RecordTimeEntry, *, actor: Actor, now: datetime) -> TimeEntryRead:
    """Log time for a patient; whatever is stored counts, what would count twice is refused.

    Raises:
        NotFound, TimeOverlap, NotTogether, WrongTimes, VisitTime.
    """
    patient = await patients.get_for_update(tx, body.patient_id)
    zone = await practices.zone(tx, patient.time_zone)
    return _read(await _add(tx, patient, body, zone, replaces=None, actor=actor, now=now), zone, actor)


async def correct(
    tx: Session, entry_id: UUID, body: CorrectTimeEntry, *, version: int, actor: Actor, now: datetime
) -> TimeEntryRead:
    """Log what should have been logged; the entry it replaces is voided and stays on record.

    Raises:
        NotFound, Stale, EntryVoided, TimeOverlap, NotTogether, WrongTimes, VisitTime.
    """
    row, patient = await _for_change(tx, entry_id, version)
    _void(row, body.reason, actor, now)
    await tx.flush()
    zone = await practices.zone(tx, patient.time_zone)
    return _read(await _add(tx, patient, body, zone, replaces=row.id, actor=actor, now=now), zone, actor)


async def void(
    tx: Session, entry_id: UUID, body: VoidTimeEntry, *, version: int, actor: Actor, now: datetime
) -> TimeEntryRead:
    """The entry counts nowhere; it stays on record with who said so and why.

    Raises:
        NotFound, Stale, EntryVoided.
    """
    row, patient = await _for_change(tx, entry_id, version)
    _void(row, body.reason, actor, now)
    await tx.flush()
    return _read(row, await practices.zone(tx, patient.time_zone), actor)


async def get(tx: Session, entry_id: UUID, *, actor: Actor) -> TimeEntryRead:
    """One entry, also one that was voided; raises NotFound."""
    row = await store.get(tx, entry_id)
    audit.saw(tx, row.patient_id, row.id)
    patient = await patients.get(tx, row.patient_id)
    return _read(row, await practices.zone(tx, patient.time_zone), actor)


async def page(
    tx: Session, filters: dict[str, Any], *, standing: bool, limit: int, cursor: str | None, actor: Actor
) -> Page[TimeEntryRead]:
    """Entries in the order they were recorded."""
    rows = await store.page(tx, filters, standing=standing, after=after_id(cursor), limit=limit + 1)
    known = await patients.several(tx, {row.patient_id for row in rows[:limit]})
    practice = await practices.find(tx)
    zones = {key: practice.time_zone if practice else row.time_zone for key, row in known.items()}
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id, row.id)
    return page_of(rows, limit, lambda row: _read(row, zones[row.patient_id], actor))


async def _add(
    tx: Session,
    patient: PatientRow,
    body: TimeSpent,
    zone: str,
    *,
    replaces: UUID | None,
    actor: Actor,
    now: datetime,
) -> TimeEntryRow:
    ended_at = body.ended_at or body.started_at + timedelta(minutes=body.minutes or 0)
    new = Spent(new_id(), body.programme, body.started_at, ended_at, body.contact)
    rules.check_alone(new, now)
    touched = rules.months(new.started_at, new.ended_at, zone)
    standing = await store.live(tx, patient.id, touched[0].bounds(zone)[0], touched[-1].bounds(zone)[1])
    rules.check(new, map(store.spent_of, standing), zone)
    audit.saw(tx, patient.id, new.id)
    row = TimeEntryRow(
        id=new.id,
        organization_id=organization(tx),
        patient_id=patient.id,
        staff=body.staff or actor.person,
        ended_at=ended_at,
        recorded_by=actor.person,
        replaces=replaces,
        version=1,
        created_at=now,
        updated_at=now,
        **body.model_dump(exclude={"patient_id", "staff", "ended_at", "minutes", "reason"}),
    )
    tx.add(row)
    await tx.flush()
    return row


async def _for_change(tx: Session, entry_id: UUID, version: int) -> tuple[TimeEntryRow, PatientRow]:
    patient = await patients.get_for_update(tx, (await store.get(tx, entry_id)).patient_id)
    row = await store.get_for_update(tx, entry_id)
    audit.saw(tx, row.patient_id, row.id)
    check_version(row.version, version)
    if row.voided_at is not None:
        raise rules.EntryVoided(_VOIDED)
    return row, patient


_VOIDED = "It was voided or corrected before. Read it again to see by whom and why."


def _void(row: TimeEntryRow, reason: str, actor: Actor, now: datetime) -> None:
    row.voided_at, row.voided_by, row.void_reason = now, actor.person, reason
    row.version += 1
    row.updated_at = now


def _read(row: TimeEntryRow, zone: str, actor: Actor) -> TimeEntryRead:
    kept = {name: getattr(row, name) for name in TimeEntryRead.model_fields if name not in _READ}
    pieces = [
        TimePiece(day=each.day, started_at=each.started_at, ended_at=each.ended_at, seconds=each.length // _SECOND)
        for each in rules.split(row.started_at, row.ended_at, zone)
    ]
    return TimeEntryRead.model_validate(
        {
            **kept,
            "recorded_at": row.created_at,
            "seconds": (row.ended_at - row.started_at) // _SECOND,
            "zone": zone,
            "pieces": pieces,
            "acts": [_allowed(row, act, actor) for act in TimeEntryAct],
        }
    )


def _allowed(row: TimeEntryRow, act: TimeEntryAct, actor: Actor) -> AllowedAct:
    reason = _VOIDED if row.voided_at is not None else decide(POLICY, actor, f"time-entries.{act}").reason or None
    return AllowedAct(act=act, allowed=reason is None, reason=reason)
