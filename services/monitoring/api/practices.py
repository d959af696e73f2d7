"""The practice over HTTP."""

from fastapi import Response

from services.monitoring.usecases import practices
from shared.contracts.monitoring.practices import PracticeRead, SetPractice
from shared.web.deps import IfMatch, Now, ReadTx, Tx, tagged
from shared.web.route import Router

router = Router(prefix="/v1/practice", tags=["practice"])


@router.get("", operation_id="practice.get")
async def get(response: Response, tx: ReadTx) -> PracticeRead:
    """By whose clock days and months begin; version 0 while nobody has said so."""
    return tagged(response, await practices.get(tx))


@router.put("", operation_id="practice.put")
async def put(body: SetPractice, if_match: IfMatch, response: Response, tx: Tx, now: Now) -> PracticeRead:
    """Say the practice's time zone; days and months of what was logged follow it."""
    return tagged(response, await practices.put(tx, body, version=if_match, now=now))
