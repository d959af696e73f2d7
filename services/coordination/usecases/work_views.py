"""Saved views of the worklist: private, or shared with a team."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import teams as rules
from services.coordination.store import teams, work_views
from services.coordination.store.work_views import WorkViewRow
from shared.contracts.base import Page
from shared.contracts.coordination.worklist import SaveView, ViewFilters, WorkViewRead
from shared.contracts.paging import page_of
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import check_version


async def save(tx: Session, body: SaveView, *, actor: Actor, now: datetime) -> WorkViewRead:
    """Give filters a name.

    Raises:
        NotOfTeam: it was to be shared with a team the caller does not belong to.
    """
    await _check_team(tx, body.team, actor)
    row = WorkViewRow(
        id=new_id(), organization_id=organization(tx), version=1, created_at=now, updated_at=now,
        owner=actor.person, name=body.name, team=body.team, filters=_kept(body), removed_at=None,
    )  # fmt: skip
    tx.add(row)
    await tx.flush()
    return _read(row, actor)


async def replace(
    tx: Session, view_id: UUID, body: SaveView, *, version: int, actor: Actor, now: datetime
) -> WorkViewRead:
    """Change a view of one's own.

    Raises:
        NotFound, Stale, NotYourView, NotOfTeam.
    """
    row = await _own(tx, view_id, version, actor)
    await _check_team(tx, body.team, actor)
    row.name, row.team, row.filters = body.name, body.team, _kept(body)
    return await _changed(tx, row, actor, now)


async def remove(tx: Session, view_id: UUID, *, version: int, actor: Actor, now: datetime) -> WorkViewRead:
    """Take a view of one's own away, from the team as well.

    Raises:
        NotFound, Stale, NotYourView.
    """
    row = await _own(tx, view_id, version, actor)
    row.removed_at = now
    return await _changed(tx, row, actor, now)


async def get(tx: Session, view_id: UUID, *, actor: Actor) -> WorkViewRead:
    """One view; raises NotFound, also for one that is private to somebody else."""
    return _read(await _seen(tx, view_id, actor), actor)


async def filters(tx: Session, view_id: UUID, *, actor: Actor) -> ViewFilters:
    """What a view shows; raises NotFound."""
    return ViewFilters.model_validate((await _seen(tx, view_id, actor)).filters)


async def page(tx: Session, *, actor: Actor, cursor: str | None, limit: int) -> Page[WorkViewRead]:
    """The caller's own views and those shared with their teams."""
    mine = await teams.keys_of(tx, actor.person)
    rows = await work_views.page(tx, person=actor.person, teams=mine, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: _read(row, actor))


async def _seen(tx: Session, view_id: UUID, actor: Actor, *, lock: bool = False) -> WorkViewRow:
    mine = await teams.keys_of(tx, actor.person)
    return await work_views.get(tx, view_id, person=actor.person, teams=mine, lock=lock)


async def _own(tx: Session, view_id: UUID, version: int, actor: Actor) -> WorkViewRow:
    row = await _seen(tx, view_id, actor, lock=True)
    if row.owner != actor.person:
        raise rules.NotYourView(f"{row.owner} shared it with your team. Save one of your own.")
    check_version(row.version, version)
    return row


async def _check_team(tx: Session, team: str | None, actor: Actor) -> None:
    if team is not None:
        row = await teams.by_key(tx, team)
        rules.check_member(actor.person, team, [] if row is None else row.members)


async def _changed(tx: Session, row: WorkViewRow, actor: Actor, now: datetime) -> WorkViewRead:
    row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    return _read(row, actor)


def _kept(body: SaveView) -> dict[str, object]:
    return body.filters.model_dump(mode="json", exclude_defaults=True)


def _read(row: WorkViewRow, actor: Actor) -> WorkViewRead:
    values = {name: getattr(row, name) for name in WorkViewRead.model_fields if name != "mine"}
    values["filters"] = ViewFilters.model_validate(row.filters)
    return WorkViewRead.model_validate({**values, "mine": row.owner == actor.person})
