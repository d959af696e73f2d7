"""Work changes hands: claimed, given back, handed to somebody."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import teams as team_rules
from services.coordination.domain import worklist as rules
from services.coordination.store import teams, work_owners
from services.coordination.store.obligations import ObligationRow
from services.coordination.usecases.cover import covers, overrules
from services.coordination.usecases.worklist import read
from shared.contracts.coordination.worklist import AssignWork, WorkRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import check_version


async def claim(tx: Session, work_id: UUID, *, version: int, actor: Actor, now: datetime) -> WorkRead:
    """Take work as one's own, also of somebody one covers for; of several at once one wins, the others are told who.

    Raises:
        AlreadyClaimed: somebody else has it.
        NotOpen: it is done.
        Stale: it changed otherwise.
    """
    row = await _locked(tx, work_id)
    # Whose it is says more than that the version moved, so it is told first.
    held_by = None if await covers(tx, row, actor, now) else row.owner
    owner = rules.claim(held_by, claimant=actor.person, is_open=row.closed_at is None)
    return await _given(tx, row, owner, row.team, version, actor, now)


async def release(tx: Session, work_id: UUID, *, version: int, actor: Actor, now: datetime) -> WorkRead:
    """Give work back to its pool; a supervisor may do so for others, and who covers for them.

    Raises:
        NotClaimed: the work is not the caller's.
        Stale: it changed otherwise.
    """
    row = await _locked(tx, work_id)
    rules.release(row.owner, asker=actor.person, may_overrule=await overrules(tx, row, actor, now))
    return await _given(tx, row, None, row.team, version, actor, now)


async def assign(
    tx: Session, work_id: UUID, body: AssignWork, *, version: int, actor: Actor, now: datetime
) -> WorkRead:
    """Hand work to a person, or to a team's pool.

    Raises:
        AlreadyClaimed: somebody else has it, and the caller neither supervises nor covers for them.
        NotOpen: it is done.
        NotOfTeam: the person is not a member of the team.
        Stale: it changed otherwise.
    """
    row = await _locked(tx, work_id)
    may_overrule = await overrules(tx, row, actor, now)
    rules.assign(row.owner, asker=actor.person, may_overrule=may_overrule, is_open=row.closed_at is None)
    if body.owner is not None and body.team is not None:
        team = await teams.by_key(tx, body.team)
        if team is not None:
            team_rules.check_member(body.owner, body.team, team.members)
    return await _given(tx, row, body.owner, body.team or row.team, version, actor, now)


async def _locked(tx: Session, work_id: UUID) -> ObligationRow:
    row = await work_owners.lock(tx, work_id)
    audit.saw(tx, row.patient_id, row.id)
    return row


async def _given(
    tx: Session, row: ObligationRow, owner: str | None, team: str | None, version: int, actor: Actor, now: datetime
) -> WorkRead:
    check_version(row.version, version)
    await work_owners.give(tx, row, owner, team, by=actor.person, now=now)
    return read(row, now)
