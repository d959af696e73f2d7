"""Stays over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.store.stays import Wanted
from services.coordination.usecases import discharge_undo, discharges, stays
from shared.contracts.base import Page
from shared.contracts.coordination.stays import (
    AdmitStay,
    BeginStay,
    DischargeCancelled,
    DischargeStay,
    EndStay,
    StayRead,
    StayWithPlan,
)
from shared.vocabulary import StayState
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/stays", tags=["stays"])


@router.post("", operation_id="stays.admit", status_code=201)
async def admit(body: AdmitStay, response: Response, tx: Tx, actor: Who, now: Now) -> StayRead:
    """Record an admission; without started_at the stay is planned."""
    found = await stays.admit(tx, body, actor=actor, now=now)
    response.headers["Location"] = f"/v1/stays/{found.id}"
    return tagged(response, found)


@router.get("", operation_id="stays.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    actor: Who,
    patient_id: UUID | None = None,
    state: Annotated[StayState | None, Query()] = None,
) -> Page[StayRead]:
    """Stays in the order they were recorded."""
    wanted = Wanted(patient_id=patient_id, state=state)
    return paged(response, request, await stays.page(tx, wanted, limit=page.limit, cursor=page.cursor, actor=actor))


@router.get("/{stay_id}", operation_id="stays.get")
async def get(stay_id: UUID, response: Response, tx: ReadTx, actor: Who, now: Now) -> StayWithPlan:
    """One stay, with the plan of its discharge and its needs as they stand now."""
    return tagged(response, await discharges.read(tx, stay_id, actor=actor, now=now))


@router.post("/{stay_id}/begin", operation_id="stays.begin")
async def begin(
    stay_id: UUID, body: BeginStay, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> StayRead:
    """A planned stay begins."""
    return tagged(response, await stays.begin(tx, stay_id, body, version=if_match, actor=actor, now=now))


@router.post("/{stay_id}/discharge", operation_id="stays.discharge")
async def discharge(
    stay_id: UUID, body: DischargeStay, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> StayWithPlan:
    """Discharge the patient. The answer carries the plan: pathways and why, needs with both clocks, days that count."""
    return tagged(response, await discharges.discharge(tx, stay_id, body, version=if_match, actor=actor, now=now))


@router.post("/{stay_id}/discharge/cancel", operation_id="stays.cancel-discharge")
async def cancel_discharge(
    stay_id: UUID, body: EndStay, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> DischargeCancelled:
    """The patient is still in. Work nobody has touched is withdrawn; the rest is kept, and said why."""
    found = await discharge_undo.cancel_discharge(tx, stay_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, found)


@router.post("/{stay_id}/cancel", operation_id="stays.cancel")
async def cancel(
    stay_id: UUID, body: EndStay, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> StayRead:
    """The stay does not take place."""
    return tagged(response, await stays.cancel(tx, stay_id, body, version=if_match, actor=actor, now=now))


@router.post("/{stay_id}/enter-in-error", operation_id="stays.enter-in-error")
async def enter_in_error(
    stay_id: UUID, body: EndStay, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> DischargeCancelled:
    """The stay never was. It stays on record as an error; work of it that nobody has touched is withdrawn."""
    found = await discharge_undo.enter_in_error(tx, stay_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, found)
