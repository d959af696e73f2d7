"""Care teams over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.usecases import care_teams
from shared.contracts.base import Page
from shared.contracts.coordination.care_teams import CareTeamMemberRead, JoinCareTeam, LeaveCareTeam
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/care-teams", tags=["care-teams"])


@router.post("", operation_id="care-teams.join", status_code=201)
async def join(body: JoinCareTeam, response: Response, tx: Tx, actor: Who, now: Now) -> CareTeamMemberRead:
    """Give somebody a role in a patient's care, for a period."""
    return tagged(response, await care_teams.join(tx, body, actor=actor, now=now))


@router.get("", operation_id="care-teams.list")
async def list_(
    patient_id: UUID,
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    now: Now,
    on: Annotated[date | None, Query(description="Only who is responsible on this local day.")] = None,
) -> Page[CareTeamMemberRead]:
    """A patient's care team."""
    found = await care_teams.page(tx, patient_id, on=on, cursor=page.cursor, limit=page.limit, now=now)
    return paged(response, request, found)


@router.post("/{member_id}/leave", operation_id="care-teams.leave")
async def leave(
    member_id: UUID, body: LeaveCareTeam, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> CareTeamMemberRead:
    """End somebody's responsibility."""
    return tagged(response, await care_teams.leave(tx, member_id, body, version=if_match, actor=actor, now=now))
