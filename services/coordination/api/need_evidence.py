"""Evidence for needs over HTTP."""

from services.coordination.usecases import evidence
from shared.contracts.coordination.needs import EvidenceOutcome, GiveEvidence
from shared.web.deps import Now, Tx, Who
from shared.web.route import Router

router = Router(prefix="/v1/need-evidence", tags=["needs"])


@router.post("", operation_id="need-evidence.give")
async def give(body: GiveEvidence, tx: Tx, actor: Who, now: Now) -> EvidenceOutcome:
    """Say what happened; it meets the open needs it satisfies, or stops one of their clocks."""
    return await evidence.give(tx, body, actor=actor, now=now)
