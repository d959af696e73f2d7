"""Prescriptive authority over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.monitoring.usecases import prescribers
from shared.contracts.base import Page
from shared.contracts.monitoring.prescribers import EndAuthority, PrescriberRead, RecordAuthority
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/prescribers", tags=["prescribers"])


@router.post("", operation_id="prescribers.record", status_code=201)
async def record(body: RecordAuthority, response: Response, tx: Tx, actor: Who, now: Now) -> PrescriberRead:
    """Record which drugs a person may prescribe, and until when; every decision is checked against it."""
    return tagged(response, await prescribers.record(tx, body, actor=actor, now=now))


@router.get("", operation_id="prescribers.list")
async def list_all(
    asked: Request, response: Response, tx: ReadTx, page: PageAsked, person: str | None = None
) -> Page[PrescriberRead]:
    """Records of prescriptive authority, oldest first."""
    return paged(response, asked, await prescribers.page(tx, person=person, limit=page.limit, cursor=page.cursor))


@router.post("/{prescriber_id}/end", operation_id="prescribers.end")
async def end(
    prescriber_id: UUID, body: EndAuthority, if_match: IfMatch, response: Response, tx: Tx, now: Now
) -> PrescriberRead:
    """Give an authority its last day."""
    return tagged(response, await prescribers.end(tx, prescriber_id, body, version=if_match, now=now))
