"""Entries of the directory as others send and read them, beside the native API: the same entries."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.external_identifiers import Named
from services.coordination.store import directory_entries as store
from services.coordination.store import specialists
from services.coordination.store.specialists import SpecialistRow
from services.coordination.usecases import specialists as directory
from services.coordination.usecases.directory_imports import as_put, in_order
from services.coordination.usecases.naming import rename
from shared.contracts.base import Page
from shared.contracts.coordination.sites import EntryRead, RegisterEntry
from shared.contracts.paging import page_of
from shared.db.base import Session
from shared.kit.paging import after_id
from shared.kit.problems import NotFound, check_version
from shared.kit.searches import EntrySearch


async def register(tx: Session, body: RegisterEntry, *, now: datetime) -> EntryRead:
    """Add an entry.

    Raises:
        IdentifierTaken, NotOnce: another entry has an identifier.
    """
    made = await directory.create(tx, body.entry, now=now)
    row = await specialists.get(tx, made.id, lock=True)
    return await _set(tx, row, body, now)


async def replace(tx: Session, entry_id: UUID, body: RegisterEntry, *, version: int, now: datetime) -> EntryRead:
    """Replace an entry, but for what its sender cannot say of it. The same again changes nothing.

    Raises:
        NotFound: also for an entry of the other kind.
        Stale, IdentifierTaken, NotOnce.
    """
    row = await _of_kind(tx, entry_id, of_person=body.of_person, lock=True)
    check_version(row.version, version)
    before = _read(row)
    kept = {"record_before": before.entry.record_before, "user_subject": before.entry.user_subject}
    entry = in_order(body.entry.model_copy(update=kept))
    told = body.model_copy(update={"entry": entry})
    if all(getattr(before, name) == getattr(told, name) for name in RegisterEntry.model_fields):
        return before
    await directory.replace(tx, entry_id, entry, version=version, now=now)
    return await _set(tx, row, told, now)


async def _set(tx: Session, row: SpecialistRow, body: RegisterEntry, now: datetime) -> EntryRead:
    row.identifiers = await rename(tx, Named.SPECIALIST, row.id, row.identifiers, body.identifiers)
    row.of_person, row.practitioner_id, row.care_site_id = body.of_person, body.practitioner_id, body.care_site_id
    row.retired_at = None if body.active else row.retired_at or now
    await tx.flush()
    return _read(row)


async def get(tx: Session, entry_id: UUID, *, of_person: bool) -> EntryRead:
    """One entry; raises NotFound, also for one of the other kind."""
    return _read(await _of_kind(tx, entry_id, of_person=of_person))


async def find(tx: Session, asked: EntrySearch, *, limit: int, cursor: str | None) -> Page[EntryRead]:
    """A page of the entries that fit, by id; raises BadCursor."""
    return page_of(await store.page(tx, asked, after=after_id(cursor), limit=limit + 1), limit, _read)


async def _of_kind(tx: Session, entry_id: UUID, *, of_person: bool, lock: bool = False) -> SpecialistRow:
    row = await specialists.get(tx, entry_id, lock=lock)
    if row.of_person is not of_person:
        raise NotFound("specialist")
    return row


def _read(row: SpecialistRow) -> EntryRead:
    names = ("id", "version", "identifiers", "of_person", "practitioner_id", "care_site_id", "updated_at")
    columns = {name: getattr(row, name) for name in names}
    return EntryRead.model_validate({**columns, "active": row.retired_at is None, "entry": as_put(row)})
