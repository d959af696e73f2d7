"""What coordination asks of a patient it shows."""

from uuid import UUID

from services.monitoring.usecases import outlines
from shared.contracts.monitoring.outlines import OutlineRead
from shared.web.deps import Now, ReadTx, Who
from shared.web.route import Router

router = Router(prefix="/v1/outlines", tags=["patients"])


@router.get("/{coordination_id}", operation_id="outlines.get")
async def get(coordination_id: UUID, tx: ReadTx, actor: Who, now: Now) -> OutlineRead:
    """How a patient is followed, in brief: enrollments, open alerts, latest values, the next check-in.

    For coordination's overview. Whoever asks it there must hold the scopes for what is in here.
    """
    return await outlines.outline(tx, coordination_id, actor=actor, now=now)
