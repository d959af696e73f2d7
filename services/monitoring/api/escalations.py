"""Who was told of unanswered alerts, and the organization's rota, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.usecases import covers, escalation_answers, escalations, rota
from shared.contracts.base import Page, Text
from shared.contracts.monitoring.escalations import AnswerEscalation, EscalationRead, RotaRead, SetRota
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["alerts"])


@router.get("/escalations", operation_id="escalations.list")
async def list_all(
    request: Request,
    response: Response,
    tx: ReadTx,
    page: PageAsked,
    actor: Who,
    now: Now,
    alert_id: UUID | None = None,
    case_manager: Annotated[
        Text | None, Query(description="Whose patients; `me` with those of whom you cover for now.")
    ] = None,
    unanswered: Annotated[bool, Query(description="Of alerts that still stand, without an answer.")] = False,
) -> Page[EscalationRead]:
    """Who is to be told of alerts that nobody answered, newest first, with an SBAR note; each tier of an alert once."""
    whose = None if case_manager is None else await covers.meant(tx, case_manager, actor=actor, now=now)
    found = await escalations.page(
        tx, alert_id=alert_id, case_managers=whose, unanswered=unanswered, limit=page.limit, cursor=page.cursor
    )
    return paged(response, request, found)


@router.post("/escalations/{escalation_id}/answer", operation_id="escalations.answer")
async def answer(escalation_id: UUID, body: AnswerEscalation, tx: Tx, actor: Who, now: Now) -> EscalationRead:
    """Record the answer of whoever was told: the clock of the escalation stops here."""
    return await escalation_answers.answer(tx, escalation_id, body, actor=actor, now=now)


@router.get("/rota", operation_id="rota.get")
async def get(response: Response, tx: ReadTx) -> RotaRead:
    """In which hours readings are reviewed and when unanswered alerts are escalated; version 0: the defaults."""
    return tagged(response, await rota.get(tx))


@router.put("/rota", operation_id="rota.put")
async def put(body: SetRota, if_match: IfMatch, response: Response, tx: Tx, now: Now) -> RotaRead:
    """Set hours and times; alerts opened or raised from now on go by them."""
    return tagged(response, await rota.put(tx, body, version=if_match, now=now))
