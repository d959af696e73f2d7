"""Calendars of entries of the directory, as others send them."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import specialists as rules
from services.coordination.domain.external_identifiers import Named
from services.coordination.store import schedules as store
from services.coordination.store import specialists
from services.coordination.store.schedules import ScheduleRow
from services.coordination.usecases.naming import claim, new, rename
from shared.contracts.base import Page
from shared.contracts.coordination.schedules import RegisterSchedule, ScheduleRead
from shared.contracts.paging import page_of
from shared.db.base import Session
from shared.kit.paging import after_id
from shared.kit.problems import check_version
from shared.kit.searches import CalendarSearch

_SAID = ("specialist_id", "site_id", "modality", "active")


async def register(tx: Session, body: RegisterSchedule, *, now: datetime) -> ScheduleRead:
    """Register a calendar.

    Raises:
        NotFound, UnknownSite, NotOffered: the specialist is not there, or not there this way.
        IdentifierTaken: another calendar has one of the identifiers.
    """
    await _check(tx, body)
    said = {name: getattr(body, name) for name in _SAID}
    row = ScheduleRow(**new(tx, body.identifiers, now=now), **said, own=False)
    tx.add(row)
    await claim(tx, Named.SCHEDULE, row.id, row.identifiers)
    return await _read(tx, row)


async def replace(
    tx: Session, schedule_id: UUID, body: RegisterSchedule, *, version: int, now: datetime
) -> ScheduleRead:
    """Replace a calendar; slots that stand in it stay where they are. The same again changes nothing.

    Raises:
        Moved: its slots are another specialist's.
        NotFound, Stale, UnknownSite, NotOffered, IdentifierTaken.
    """
    row = await store.get(tx, schedule_id, lock=True)
    check_version(row.version, version)
    if row.specialist_id != body.specialist_id:
        raise rules.Moved("A calendar stays with its specialist: register another one for somebody else.")
    await _check(tx, body)
    before = (row.identifiers, *(getattr(row, name) for name in _SAID))
    row.identifiers = await rename(tx, Named.SCHEDULE, row.id, row.identifiers, body.identifiers)
    for name in _SAID:
        setattr(row, name, getattr(body, name))
    if before != (row.identifiers, *(getattr(row, name) for name in _SAID)):
        row.version, row.updated_at = row.version + 1, now
        await tx.flush()
    return await _read(tx, row)


async def _check(tx: Session, body: RegisterSchedule) -> None:
    specialist = await specialists.get(tx, body.specialist_id)
    rules.check_place(body.site_id, {UUID(site["id"]) for site in specialist.sites})
    if body.modality is not None:
        rules.check_modality(body.modality, specialist.modalities)


async def get(tx: Session, schedule_id: UUID) -> ScheduleRead:
    """One calendar; raises NotFound."""
    return await _read(tx, await store.get(tx, schedule_id))


async def find(tx: Session, asked: CalendarSearch, *, limit: int, cursor: str | None) -> Page[ScheduleRead]:
    """A page of the calendars that fit, by id; raises BadCursor."""
    rows = await store.page(tx, asked, after=after_id(cursor), limit=limit + 1)
    reads = {row.id: await _read(tx, row) for row in rows[:limit]}
    return page_of(rows, limit, lambda row: reads[row.id])


async def _read(tx: Session, row: ScheduleRow) -> ScheduleRead:
    specialist = await specialists.get(tx, row.specialist_id)
    columns = {name: getattr(row, name) for name in ScheduleRead.model_fields if hasattr(row, name)}
    whose = {"specialist_name": specialist.name, "of_person": specialist.of_person}
    return ScheduleRead.model_validate({**columns, **whose})
