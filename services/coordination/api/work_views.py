"""Saved views of the worklist over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.coordination.usecases import work_views
from shared.contracts.base import Page
from shared.contracts.coordination.worklist import SaveView, WorkViewRead
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/worklist-views", tags=["worklist"])


@router.post("", operation_id="worklist-views.save", status_code=201)
async def save(body: SaveView, response: Response, tx: Tx, actor: Who, now: Now) -> WorkViewRead:
    """Give filters a name, for yourself or for a team of yours. Show it with `GET /v1/worklist?view=<id>`."""
    return tagged(response, await work_views.save(tx, body, actor=actor, now=now))


@router.get("", operation_id="worklist-views.list")
async def list_all(request: Request, response: Response, page: PageAsked, tx: ReadTx, actor: Who) -> Page[WorkViewRead]:
    """Your own views and those shared with your teams, oldest first."""
    found = await work_views.page(tx, actor=actor, cursor=page.cursor, limit=page.limit)
    return paged(response, request, found)


@router.get("/{view_id}", operation_id="worklist-views.get")
async def get(view_id: UUID, response: Response, tx: ReadTx, actor: Who) -> WorkViewRead:
    """One view that is yours or shared with a team of yours."""
    return tagged(response, await work_views.get(tx, view_id, actor=actor))


@router.put("/{view_id}", operation_id="worklist-views.replace")
async def replace(
    view_id: UUID, body: SaveView, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> WorkViewRead:
    """Change a view of your own: name, filters, with whom it is shared."""
    return tagged(response, await work_views.replace(tx, view_id, body, version=if_match, actor=actor, now=now))


@router.post("/{view_id}/remove", operation_id="worklist-views.remove")
async def remove(view_id: UUID, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now) -> WorkViewRead:
    """Take a view of your own away, from those it was shared with as well."""
    return tagged(response, await work_views.remove(tx, view_id, version=if_match, actor=actor, now=now))
