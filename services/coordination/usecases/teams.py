"""Teams: made, changed and read."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import teams as rules
from services.coordination.store import teams
from services.coordination.store.teams import TeamRow
from shared.contracts.base import Page
from shared.contracts.coordination.teams import MakeTeam, PutTeam, TeamRead
from shared.contracts.paging import page_of
from shared.db.base import Session, organization
from shared.kit.ids import new_id
from shared.kit.paging import place
from shared.kit.problems import check_version


async def make(tx: Session, body: MakeTeam, *, now: datetime) -> TeamRead:
    """A new team.

    Raises:
        MemberTwice, KeyTaken.
    """
    rules.check_members(body.members)
    if await teams.by_key(tx, body.key) is not None:
        raise rules.KeyTaken(f"There is a team {body.key}. Change that one, or choose another key.")
    row = TeamRow(
        id=new_id(), organization_id=organization(tx), version=1, created_at=now, updated_at=now, **body.model_dump()
    )
    tx.add(row)
    await tx.flush()
    return _read(row)


async def put(tx: Session, team_id: UUID, body: PutTeam, *, version: int, now: datetime) -> TeamRead:
    """Change the name or the members. Work that former members hold stays theirs.

    Raises:
        NotFound, Stale, MemberTwice.
    """
    row = await teams.get(tx, team_id, lock=True)
    check_version(row.version, version)
    rules.check_members(body.members)
    row.name, row.members = body.name, list(body.members)
    row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    return _read(row)


async def get(tx: Session, team_id: UUID) -> TeamRead:
    """One team; raises NotFound."""
    return _read(await teams.get(tx, team_id))


async def page(tx: Session, *, member: str | None, cursor: str | None, limit: int) -> Page[TeamRead]:
    """Teams by key; with ``member`` those somebody belongs to."""
    after = place(cursor, str)
    rows = await teams.page(tx, member=member, after=after[0] if after else None, limit=limit + 1)
    return page_of(rows, limit, _read, at=lambda row: (row.key,))


def _read(row: TeamRow) -> TeamRead:
    return TeamRead.model_validate(row)
