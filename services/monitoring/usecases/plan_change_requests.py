"""Changes of medicines as requests, to be read: a proposal, and the order that was decided on it, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.monitoring.store import plan_change_requests as store
from services.monitoring.store.plan_change_requests import RequestRow, Wanted
from services.monitoring.usecases.plan_change_words import read as words
from shared.contracts.base import Page
from shared.contracts.monitoring.plan_changes import PlanChangeRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import place
from shared.vocabulary import PlanChangeState


@dataclass(frozen=True, slots=True)
class Requested:
    """One request: see RequestRow. ``updated_at``: when the change moved last.

    ``said``: the words with which it came to where it stands, where there were any. ``modified``: a prescriber
    approved another dose than was proposed.
    """

    change: PlanChangeRead
    decided: bool
    over: bool
    updated_at: datetime
    said: str | None
    modified: bool


async def get(tx: Session, change_id: UUID, *, decided: bool, actor: Actor, now: datetime) -> Requested:
    """One request; raises NotFound."""
    row = await store.get(tx, change_id, decided=decided, now=now)
    return (await _read(tx, [row], actor, now))[0]


async def find(
    tx: Session, wanted: Wanted, *, limit: int, cursor: str | None, actor: Actor, now: datetime
) -> Page[Requested]:
    """A page of requests, the newest change first; raises BadCursor."""
    after = place(cursor, UUID, _flag)
    rows = await store.page(tx, wanted, after=None if after is None else (after[0], after[1]), limit=limit + 1, now=now)
    shown = await _read(tx, rows[:limit], actor, now)
    reads = {(one.change.id, one.decided): one for one in shown}
    return page_of(rows, limit, lambda row: reads[row.change.id, row.decided], at=_place)


async def _read(tx: Session, rows: Sequence[RequestRow], actor: Actor, now: datetime) -> list[Requested]:
    said: dict[tuple[UUID, str], str | None] = {}
    for act in await store.acts(tx, [row.change.id for row in rows]):
        if act.before != act.after:
            said[act.plan_change_id, act.after] = act.note
    for row in rows:
        audit.saw(tx, row.change.patient_id, row.change.id)
    return [
        Requested(
            change=words(row.change, actor=actor, now=now),
            decided=row.decided,
            over=row.over,
            updated_at=row.change.updated_at,
            said=said.get((row.change.id, row.change.state)),
            modified=(row.change.id, PlanChangeState.APPROVED_MODIFIED) in said,
        )
        for row in rows
    ]


def _place(row: RequestRow) -> tuple[str, ...]:
    return str(row.change.id), str(int(row.decided))


def _flag(text: str) -> bool:
    return bool(int(text))
