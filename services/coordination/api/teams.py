"""Teams over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.usecases import teams
from shared.contracts.base import Page, Text
from shared.contracts.coordination.teams import MakeTeam, PutTeam, TeamRead
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/teams", tags=["worklist"])


@router.post("", operation_id="teams.make", status_code=201)
async def make(body: MakeTeam, response: Response, tx: Tx, now: Now) -> TeamRead:
    """A new team. Work that names its key and has no owner lies in its pool."""
    return tagged(response, await teams.make(tx, body, now=now))


@router.get("", operation_id="teams.list")
async def list_all(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    actor: Who,
    member: Annotated[Text | None, Query(description="A token's subject, or ``me``.")] = None,
) -> Page[TeamRead]:
    """Teams and their members, by key."""
    person = actor.person if member == "me" else member
    found = await teams.page(tx, member=person, cursor=page.cursor, limit=page.limit)
    return paged(response, request, found)


@router.get("/{team_id}", operation_id="teams.get")
async def get(team_id: UUID, response: Response, tx: ReadTx) -> TeamRead:
    """One team."""
    return tagged(response, await teams.get(tx, team_id))


@router.put("/{team_id}", operation_id="teams.put")
async def put(team_id: UUID, body: PutTeam, if_match: IfMatch, response: Response, tx: Tx, now: Now) -> TeamRead:
    """Change the name or the members; work that a former member holds stays theirs until it is released."""
    return tagged(response, await teams.put(tx, team_id, body, version=if_match, now=now))
