"""What prescribers and nurses are told of changes of medicines, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.usecases import covers, notices
from shared.contracts.base import Page, Text
from shared.contracts.monitoring.notices import AcknowledgeNotice, NoticeRead
from shared.vocabulary import NoticeKind
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/notices", tags=["plan-changes"])


@router.get("", operation_id="notices.list")
async def list_all(
    asked: Request,
    response: Response,
    tx: ReadTx,
    page: PageAsked,
    actor: Who,
    now: Now,
    told: Annotated[
        Text | None, Query(description="Who is told: a token's subject; `me` with whom you cover for now.")
    ] = None,
    patient_id: UUID | None = None,
    plan_change_id: UUID | None = None,
    kind: NoticeKind | None = None,
    unread: bool | None = None,
) -> Page[NoticeRead]:
    """Notices, newest first: a step taken or stopped, contradicted by what came after it, a dose held."""
    people = None if told is None else await covers.meant(tx, told, actor=actor, now=now)
    named = {"patient_id": patient_id, "plan_change_id": plan_change_id, "kind": kind}
    filters = {name: value for name, value in named.items() if value is not None}
    found = await notices.page(tx, filters, told=people, unread=unread, limit=page.limit, cursor=page.cursor)
    return paged(response, asked, found)


@router.get("/{notice_id}", operation_id="notices.get")
async def get(notice_id: UUID, response: Response, tx: ReadTx) -> NoticeRead:
    """One notice, with the SBAR note where there is one."""
    return tagged(response, await notices.get(tx, notice_id))


@router.post("/{notice_id}/acknowledge", operation_id="notices.acknowledge")
async def acknowledge(
    notice_id: UUID, body: AcknowledgeNotice, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NoticeRead:
    """Answer a notice: what is done about it. Its clock stops here."""
    return tagged(response, await notices.acknowledge(tx, notice_id, body, version=if_match, actor=actor, now=now))
