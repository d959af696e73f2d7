"""Reading issues: what was refused or put aside, and what somebody did about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain.policy import POLICY
from services.monitoring.domain.reading_problems import IssueSettled, NotInItsPlace
from services.monitoring.store import reading_issues as store
from services.monitoring.store.reading_issues import IssueRow
from services.monitoring.usecases import readings
from shared.contracts.base import AllowedAct, Page
from shared.contracts.monitoring.reading_issues import ReadingIssueRead, SettleIssue
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id
from shared.kit.policy import decide
from shared.kit.problems import NotFound, check_version
from shared.vocabulary import IssueState, ReadingStatus

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
        NotInItsPlace: the reading that is said to have taken its place did not.
    """
    row = await store.get_for_update(tx, issue_id)
    check_version(row.version, version)
    if row.state != IssueState.OPEN:
        raise IssueSettled(f"Somebody has {row.state} it already. Read it again to see who and why.")
    if body.reading_id is not None:
        await _require_in_its_place(tx, row, body.reading_id)
    row.state, row.note, row.reading_id = _ACTS[act], body.note, body.reading_id
    row.settled_by, row.settled_at = actor.person, now
    row.version += 1
    row.updated_at = now
    await tx.flush()
    return _read(tx, row, actor)


async def _require_in_its_place(tx: Session, row: IssueRow, reading_id: str) -> None:
    try:
        reading = await readings.get(tx, reading_id)
    except NotFound as unknown:
        raise NotInItsPlace("No reading has this id. Send the right value first, then name its reading.") from unknown
    if row.patient_id not in (None, reading.patient_id):
        raise NotInItsPlace("That is a reading of another patient. Name the one that took the place of this item.")
    if row.metric not in (None, reading.metric):
        raise NotInItsPlace(f"That reading is of {reading.metric}, and this item of {row.metric}.")
    if reading.status is ReadingStatus.ENTERED_IN_ERROR:
        raise NotInItsPlace("That reading is out of use. Correct it first, or name the one that stands.")


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
