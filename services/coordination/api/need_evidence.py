"""Evidence for needs over HTTP."""

from services.coordination.usecases import evidence
from shared.contracts.coordination.needs import EvidenceOutcome, GiveEvidence
from shared.web.deps import Now, Tx, Who
from shared.web.route import Router

router = Router(prefix="/v1/need-evidence", tags=["needs"])


@router.post("", operation_id="need-evidence.give")
async def give(body: GiveEvidence, tx: Tx, actor: Who, now: Now) -> EvidenceOutcome:
    """Say what happened and for which need: it meets that one, or stops one of its clocks.

    Without ``need_id`` or ``need`` it meets only what it says itself, and the answer names what else it may be for.
    """
    return await evidence.give(tx, body, actor=actor, now=now)
