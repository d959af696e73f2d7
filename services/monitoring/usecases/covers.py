"""Who covers for whom: kept as coordination tells it, and asked wherever something waits for somebody."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain.patients import IdMismatch
from services.monitoring.store import covers as store
from services.monitoring.store.covers import CoverRow
from shared.contracts.base import Page
from shared.contracts.monitoring.covers import CoverRead, PutCover
from shared.contracts.paging import page_of
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.paging import after_id

_KEPT = ("version", "person", "covered_by", "starts_at", "ends_at", "ended_at")
ME = "me"
"""How a caller names themselves, and with them everybody they cover for now."""


async def put(tx: Session, absence_id: UUID, body: PutCover, *, now: datetime) -> CoverRead:
    """Keep who covers during an absence; an older version changes nothing.

    Raises:
        IdMismatch: the body names another one than the address.
    """
    if body.absence_id not in (None, absence_id):
        raise IdMismatch("absence_id in the body must be the one in the address, or be left out.")
    row = await store.find_for_update(tx, absence_id)
    if row is None:
        row = CoverRow(id=absence_id, organization_id=organization(tx), version=0, created_at=now)
        tx.add(row)
    if body.version > row.version:
        for name in _KEPT:
            setattr(row, name, getattr(body, name))
        row.updated_at = now
    await tx.flush()
    return CoverRead.model_validate(row)


async def page(
    tx: Session, *, person: str | None, at: datetime | None, limit: int, cursor: str | None
) -> Page[CoverRead]:
    """Covers, oldest first, those that are over too."""
    rows = await store.page(tx, person=person, at=at, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, CoverRead.model_validate)


async def meant(tx: Session, asked: str, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Whose work a caller asks for: ``me`` is their own, and that of whom they cover for at ``now``."""
    return (actor.person, *await store.covered(tx, actor.person, now)) if asked == ME else (asked,)
