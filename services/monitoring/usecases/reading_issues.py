"""Reading issues: what was refused or put aside, and what somebody did about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain.policy import POLICY
from services.monitoring.domain.reading_problems import IssueSettled
from services.monitoring.store import reading_issues as store
from services.monitoring.store.reading_issues import IssueRow
from shared.contracts.base import AllowedAct, Page
from shared.contracts.monitoring.reading_issues import ReadingIssueRead, SettleIssue
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id
from shared.kit.policy import decide
from shared.kit.problems import check_version
from shared.vocabulary import IssueState

_ACTS = {"clear": IssueState.CLEARED, "dismiss": IssueState.DISMISSED}


async def get(tx: Session, issue_id: UUID, *, actor: Actor) -> ReadingIssueRead:
    """One issue with the raw item; raises NotFound."""
    return _read(tx, await store.get(tx, issue_id), actor)


async def page(
    tx: Session, filters: dict[str, Any], *, limit: int, cursor: str | None, actor: Actor
) -> Page[ReadingIssueRead]:
    """Issues, oldest first."""
    rows = await store.page(tx, filters, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: _read(tx, row, actor))


async def settle(
    tx: Session, issue_id: UUID, act: str, body: SettleIssue, *, version: int, actor: Actor, now: datetime
) -> ReadingIssueRead:
    """Clear (it was dealt with) or dismiss (nothing has to be done).

    Raises:
        NotFound, Stale, IssueSettled.
    """
    row = await store.get_for_update(tx, issue_id)
    check_version(row.version, version)
    if row.state != IssueState.OPEN:
        raise IssueSettled(f"Somebody has {row.state} it already. Read it again to see who and why.")
    row.state, row.note, row.reading_id = _ACTS[act], body.note, body.reading_id
    row.settled_by, row.settled_at = actor.person, now
    row.version += 1
    row.updated_at = now
    await tx.flush()
    return _read(tx, row, actor)


def _read(tx: Session, row: IssueRow, actor: Actor) -> ReadingIssueRead:
    if row.patient_id is not None:
        audit.saw(tx, row.patient_id, row.id)
    settled = None if row.state == IssueState.OPEN else f"It is {row.state} already."
    names = [name for name in ReadingIssueRead.model_fields if name != "acts"]
    acts = [_allowed(act, settled, actor) for act in _ACTS]
    return ReadingIssueRead(**{name: getattr(row, name) for name in names}, acts=acts)


def _allowed(act: str, settled: str | None, actor: Actor) -> AllowedAct:
    reason = settled or decide(POLICY, actor, f"reading-issues.{act}").reason or None
    return AllowedAct(act=act, allowed=reason is None, reason=reason)
