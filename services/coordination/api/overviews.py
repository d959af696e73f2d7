"""A patient on one screen, over HTTP."""

from uuid import UUID

from fastapi import Request

from services.coordination.usecases import overviews
from shared.contracts.coordination.overviews import OverviewRead
from shared.web.deps import Now, ReadTx, Who
from shared.web.peer import Peer
from shared.web.route import Router

router = Router(prefix="/v1/patients", tags=["patients"])


@router.get("/{patient_id}/overview", operation_id="patients.overview")
async def overview(patient_id: UUID, request: Request, tx: ReadTx, actor: Who, now: Now) -> OverviewRead:
    """Open needs, live referrals, stays, contacts, care team, risk and coverage; and from monitoring enrollments with
    state and tier, open alerts, last readings and the next check-in.

    Monitoring is asked while you wait, for a second at most. When it does not answer, `monitoring.state` is `unknown`
    with the reason and since when; the rest is answered all the same.
    """
    reader: Peer = request.app.state.reader
    simulated = "careweave-now" in request.headers
    return await overviews.read(tx, patient_id, reader, actor=actor, now=now, simulated=simulated)
