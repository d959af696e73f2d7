"""Hand-overs over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.usecases import hand_overs
from shared.contracts.base import Page, Text
from shared.contracts.coordination.hand_overs import HandOverPanel, HandOverPreview, HandOverRead
from shared.web.deps import Now, ReadTx, Tx, Who
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/hand-overs", tags=["worklist"])


@router.post("/preview", operation_id="hand-overs.preview")
async def preview(body: HandOverPanel, tx: ReadTx, now: Now) -> HandOverPreview:
    """What handing over would do now: how much of what, of how many patients, and what would be refused and why."""
    return await hand_overs.preview(tx, body, now=now)


@router.post("", operation_id="hand-overs.make", status_code=201)
async def make(body: HandOverPanel, tx: Tx, actor: Who, now: Now) -> HandOverRead:
    """Hand all open work of one person to another or to a team's pool, in one act.

    Work that may not go is named with its reason and stays; all else goes, or nothing does. With an `Idempotency-Key` a
    repeat answers the same again; without one there is nothing left to hand over (409).
    """
    return await hand_overs.hand_over(tx, body, actor=actor, now=now)


@router.get("", operation_id="hand-overs.list")
async def list_all(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    person: Annotated[Text | None, Query(description="From or to this token's subject.")] = None,
) -> Page[HandOverRead]:
    """Hand-overs that were done, oldest first."""
    return paged(response, request, await hand_overs.page(tx, person=person, cursor=page.cursor, limit=page.limit))


@router.get("/{hand_over_id}", operation_id="hand-overs.get")
async def get(hand_over_id: UUID, tx: ReadTx) -> HandOverRead:
    """One hand-over: who, when, why, what went and what stayed."""
    return await hand_overs.get(tx, hand_over_id)
