"""The worklist over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.store.obligations import WorkFilter
from services.coordination.usecases import worklist
from shared.contracts.base import Instant, Page, Text
from shared.contracts.coordination.worklist import WorkRead
from shared.vocabulary import ObligationSource, Priority
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/worklist", tags=["worklist"])


@router.get("", operation_id="worklist.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    actor: Who,
    now: Now,
    owner: Annotated[Text | None, Query(description="A token's subject, or ``me``.")] = None,
    unclaimed: Annotated[bool, Query(description="Only what nobody has claimed.")] = False,
    team: Text | None = None,
    source: ObligationSource | None = None,
    stage: Annotated[Text | None, Query(description="Which step waits, such as acknowledge.")] = None,
    title: Text | None = None,
    patient_id: UUID | None = None,
    priority: Priority | None = None,
    due_before: Annotated[Instant | None, Query(description="Leaves undated work out.")] = None,
) -> Page[WorkRead]:
    """Every open obligation: the longest overdue first, each step of priority worth three days, undated last."""
    wanted = WorkFilter(
        owner=actor.person if owner == "me" else owner,
        unclaimed=unclaimed,
        team=team,
        source=source,
        stage=stage,
        title=title,
        patient_id=patient_id,
        priority=priority,
        due_before=due_before,
    )
    found = await worklist.page(tx, wanted, cursor=page.cursor, limit=page.limit, now=now)
    return paged(response, request, found)


@router.post("/{work_id}/claim", operation_id="worklist.claim")
async def claim(work_id: UUID, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now) -> WorkRead:
    """Take work as your own; somebody else's is refused."""
    return tagged(response, await worklist.claim(tx, work_id, version=if_match, actor=actor, now=now))


@router.post("/{work_id}/release", operation_id="worklist.release")
async def release(work_id: UUID, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now) -> WorkRead:
    """Give your work back to the team; a supervisor also gives back that of others."""
    return tagged(response, await worklist.release(tx, work_id, version=if_match, actor=actor, now=now))
