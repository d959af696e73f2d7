"""The worklist: reading it, and claiming what is on it."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import worklist as rules
from services.coordination.store import obligations
from services.coordination.store.obligations import ObligationRow, WorkFilter
from shared.contracts.base import Page
from shared.contracts.coordination.worklist import WorkRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.clock import read_instant
from shared.kit.paging import place
from shared.kit.problems import check_version
from shared.vocabulary import Role


async def page(tx: Session, wanted: WorkFilter, *, cursor: str | None, limit: int, now: datetime) -> Page[WorkRead]:
    """Open work, the most pressing first. The cursor is a place in the order, so nothing is skipped or shown twice
    while other work is closed or added."""
    rows = await obligations.page(tx, wanted, after=place(cursor, read_instant, UUID), limit=limit + 1)
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id)
    return page_of(rows, limit, lambda row: _read(row, now), at=lambda row: (row.rank_key.isoformat(), str(row.id)))


async def claim(tx: Session, obligation_id: UUID, *, version: int, actor: Actor, now: datetime) -> WorkRead:
    """Take work as one's own.

    Raises:
        AlreadyClaimed: somebody else has it.
        NotOpen: it is done.
    """
    row = await obligations.get_for_update(tx, obligation_id)
    audit.saw(tx, row.patient_id, row.id)
    # Whose it is says more than that the version moved, so it is told first.
    owner = rules.claim(row.owner, claimant=actor.person, is_open=row.closed_at is None)
    check_version(row.version, version)
    return await _owned(tx, row, owner, now)


async def release(tx: Session, obligation_id: UUID, *, version: int, actor: Actor, now: datetime) -> WorkRead:
    """Give claimed work back to the team; a supervisor may do so for others.

    Raises:
        NotClaimed: the work is not the caller's.
    """
    row = await obligations.get_for_update(tx, obligation_id)
    audit.saw(tx, row.patient_id, row.id)
    rules.release(row.owner, asker=actor.person, may_overrule=Role.SUPERVISOR in actor.roles)
    check_version(row.version, version)
    return await _owned(tx, row, None, now)


async def _owned(tx: Session, row: ObligationRow, owner: str | None, now: datetime) -> WorkRead:
    if row.owner != owner:
        row.owner = owner
        row.version += 1
        row.updated_at = now
        await tx.flush()
    return _read(row, now)


def _read(row: ObligationRow, now: datetime) -> WorkRead:
    values = {name: getattr(row, name) for name in WorkRead.model_fields if name != "overdue"}
    return WorkRead.model_validate({**values, "overdue": row.due_at is not None and row.due_at < now})
