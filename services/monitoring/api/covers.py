"""Covers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.usecases import covers
from shared.contracts.base import Moment, Page, Text
from shared.contracts.monitoring.covers import CoverRead, PutCover
from shared.web.deps import Now, ReadTx, Tx, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/covers", tags=["panel"])


@router.put("/{absence_id}", operation_id="covers.put")
async def put(absence_id: UUID, body: PutCover, response: Response, tx: Tx, now: Now) -> CoverRead:
    """Coordination tells who is away and who covers. An older version changes nothing."""
    return tagged(response, await covers.put(tx, absence_id, body, now=now))


@router.get("", operation_id="covers.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    person: Annotated[Text | None, Query(description="Who is away, or covers: this token's subject.")] = None,
    at: Annotated[Moment | None, Query(examples=["2026-09-04T15:20:00-04:00"])] = None,
) -> Page[CoverRead]:
    """Who covers for whom, oldest first, as coordination last said; with `at` who does at that moment."""
    found = await covers.page(tx, person=person, at=at, limit=page.limit, cursor=page.cursor)
    return paged(response, request, found)
