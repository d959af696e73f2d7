"""Care teams as monitoring knows them, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.monitoring.usecases import care_teams
from shared.contracts.monitoring.care_teams import MemberRead, PutCareTeamMember
from shared.web.deps import Now, ReadTx, Tx, Who, tagged
from shared.web.route import Router

router = Router(prefix="/v1/care-teams", tags=["care-teams"])


@router.put("/{member_id}", operation_id="care-teams.put")
async def put(member_id: UUID, body: PutCareTeamMember, response: Response, tx: Tx, actor: Who, now: Now) -> MemberRead:
    """Coordination tells who is responsible for a patient. An older version changes nothing."""
    return tagged(response, await care_teams.put(tx, member_id, body, actor=actor, now=now))


@router.get("", operation_id="care-teams.list")
async def list_(
    patient_id: UUID,
    tx: ReadTx,
    now: Now,
    on: Annotated[date | None, Query(description="Only who is responsible on this local day.")] = None,
) -> list[MemberRead]:
    """A patient's care team as coordination last said, by start."""
    return await care_teams.of_patient(tx, patient_id, on=on, now=now)
