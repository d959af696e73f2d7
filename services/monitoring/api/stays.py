"""Hospital stays over HTTP."""

from uuid import UUID

from fastapi import Response

from services.monitoring.usecases import stays
from shared.contracts.monitoring.stays import PutStay, StayRead
from shared.web.deps import Now, Tx, Who, tagged
from shared.web.route import Router

router = Router(prefix="/v1/stays", tags=["stays"])


@router.put("/{stay_id}", operation_id="stays.put")
async def put(stay_id: UUID, body: PutStay, response: Response, tx: Tx, actor: Who, now: Now) -> StayRead:
    """Coordination tells of a stay: while it lasts silence means nothing, after it the patient is at tier high."""
    return tagged(response, await stays.put(tx, stay_id, body, actor=actor, now=now))
