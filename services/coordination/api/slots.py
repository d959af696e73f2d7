"""Slots over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.usecases import slots
from shared.contracts.base import Instant, Page
from shared.contracts.coordination.slots import AddSlots, SlotRead, SlotsAdded
from shared.web.deps import Now, ReadTx, Tx, Who
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/specialists/{specialist_id}/slots", tags=["slots"])


@router.post("", operation_id="slots.add", status_code=201)
async def add(specialist_id: UUID, body: AddSlots, tx: Tx, actor: Who, now: Now) -> SlotsAdded:
    """Publish slots. What is there already stays, so a whole calendar can be sent again."""
    return await slots.add(tx, specialist_id, body, actor=actor, now=now)


@router.get("", operation_id="slots.list")
async def list_(
    specialist_id: UUID,
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    now: Now,
    since: Annotated[Instant | None, Query(description="First start; now when left out.")] = None,
    until: Annotated[Instant | None, Query(description="Starts before this.")] = None,
    only_open: bool = True,
) -> Page[SlotRead]:
    """A specialist's slots by start."""
    found = await slots.page(
        tx,
        specialist_id,
        since=since,
        until=until,
        only_open=only_open,
        cursor=page.cursor,
        limit=page.limit,
        now=now,
    )
    return paged(response, request, found)
