"""Device clouds that went dark, and whether alerting itself is awake, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.monitoring.usecases import dark_clouds, rounds
from shared.contracts.base import Page
from shared.contracts.monitoring.silence import BlackoutRead
from shared.db.session import EVERY, transaction
from shared.web.deps import ReadTx
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/blackouts", tags=["alerts"])
public = APIRouter(tags=["health"])


@router.get("", operation_id="blackouts.list")
async def list_all(
    request: Request,
    response: Response,
    tx: ReadTx,
    page: PageAsked,
    live: Annotated[bool, Query(description="Only those that last.")] = False,
) -> Page[BlackoutRead]:
    """Device clouds of which many patients went silent at once, newest first: one finding for all of them."""
    return paged(response, request, await dark_clouds.page(tx, live=live, limit=page.limit, cursor=page.cursor))


@public.get("/healthz/alerting", operation_id="health.alerting")
async def alerting(request: Request) -> dict[str, str]:
    """Missing readings and unanswered alerts are being looked at: 503 once a job was not seen for a minute."""
    async with transaction(request.app.state.door.sessions, EVERY, read_only=True) as tx:
        await rounds.check(tx)
    return {"status": "alerting"}
