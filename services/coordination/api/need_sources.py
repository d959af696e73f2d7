"""Ended sources of needs over HTTP."""

from services.coordination.usecases import need_sources
from shared.contracts.coordination.need_sources import EndNeedSource, NeedSourceOutcome
from shared.web.deps import Now, Tx, Who
from shared.web.route import Router

router = Router(prefix="/v1/need-sources", tags=["needs"])


@router.post("/end", operation_id="need-sources.end")
async def end(body: EndNeedSource, tx: Tx, actor: Who, now: Now) -> NeedSourceOutcome:
    """Say that the alert which asked for needs is over: untouched ones are withdrawn, the others say so."""
    return await need_sources.end(tx, body, actor=actor, now=now)
