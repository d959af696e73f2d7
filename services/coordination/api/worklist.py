"""The worklist over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.api.work_filters import FiltersAsked
from services.coordination.usecases import work_owners, worklist
from shared.contracts.base import Page
from shared.contracts.coordination.worklist import AssignWork, WorkCounts, WorkDetail, WorkRead
from shared.contracts.people import TimeZone
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/worklist", tags=["worklist"])


@router.get("", operation_id="worklist.list")
async def list_(
    request: Request, response: Response, page: PageAsked, filters: FiltersAsked, tx: ReadTx, actor: Who, now: Now
) -> Page[WorkRead]:
    """Who needs somebody first, and why: every open obligation of needs, referral stages and contacts.

    The longest overdue comes first, each step of priority is worth three days, undated work comes last; `score` says
    how that was computed. Every filter may be combined with every other. Work that keeps its place while you read is
    shown exactly once; work that is closed, added or moved meanwhile is shown as it stands when its page is read, and
    may be missed or seen again if it moved across the place where you are: follow `/v1/worklist/stream` for that.
    """
    found = await worklist.page(tx, filters, cursor=page.cursor, limit=page.limit, actor=actor, now=now)
    return paged(response, request, found)


@router.get("/counts", operation_id="worklist.counts")
async def counts(
    filters: FiltersAsked,
    tx: ReadTx,
    actor: Who,
    now: Now,
    time_zone: Annotated[TimeZone, Query(description="Whose local day and week (to Sunday) is meant.")] = "UTC",
) -> WorkCounts:
    """How much work the filters show: overdue, due today, later this week, later, and undated; each up to 10,000."""
    return await worklist.counts(tx, filters, time_zone=time_zone, actor=actor, now=now)


@router.get("/{work_id}", operation_id="worklist.get")
async def get(work_id: UUID, response: Response, tx: ReadTx, actor: Who, now: Now) -> WorkDetail:
    """One piece of work, open or done, and what you may do to it."""
    return tagged(response, await worklist.get(tx, work_id, actor=actor, now=now))


@router.post("/{work_id}/claim", operation_id="worklist.claim")
async def claim(work_id: UUID, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now) -> WorkRead:
    """Take work as your own. When somebody was faster, the refusal (409 `worklist.claimed`) names them as `owner`."""
    return tagged(response, await work_owners.claim(tx, work_id, version=if_match, actor=actor, now=now))


@router.post("/{work_id}/release", operation_id="worklist.release")
async def release(work_id: UUID, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now) -> WorkRead:
    """Give your work back to its pool; a supervisor also gives back that of others."""
    return tagged(response, await work_owners.release(tx, work_id, version=if_match, actor=actor, now=now))


@router.post("/{work_id}/assign", operation_id="worklist.assign")
async def assign(
    work_id: UUID, body: AssignWork, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> WorkRead:
    """Hand nobody's work or your own to a person or to a team's pool; a supervisor also that of others."""
    return tagged(response, await work_owners.assign(tx, work_id, body, version=if_match, actor=actor, now=now))
