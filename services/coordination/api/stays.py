"""Stays over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.store.stays import Wanted
from services.coordination.usecases import corrections, discharge_undo, discharges, plan_acceptance, stays, tcm
from shared.contracts.base import Page
from shared.contracts.coordination.plan_adjustments import AdjustPlan
from shared.contracts.coordination.stays import (
    AdmitStay,
    BeginStay,
    CorrectStay,
    DischargeCancelled,
    DischargePreview,
    DischargeStay,
    EndStay,
    StayBegun,
    StayCorrected,
    StayRead,
    StayWithPlan,
)
from shared.contracts.coordination.tcm import TcmRead
from shared.vocabulary import StayState
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/stays", tags=["stays"])


@router.post("", operation_id="stays.admit", status_code=201)
async def admit(body: AdmitStay, response: Response, tx: Tx, actor: Who, now: Now) -> StayBegun:
    """Record an admission; without started_at the stay is planned. Inpatient stays it overlaps are named beside it."""
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


@router.get("/{stay_id}/tcm", operation_id="stays.tcm")
async def tcm_evidence(stay_id: UUID, tx: ReadTx, now: Now) -> TcmRead:
    """Evidence of transitional care after the discharge: what is there, what is missing and by when."""
    return await tcm.read(tx, stay_id, now=now)


@router.post("/{stay_id}/begin", operation_id="stays.begin")
async def begin(
    stay_id: UUID, body: BeginStay, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> StayBegun:
    """A planned stay begins; inpatient stays it overlaps are named beside it."""
    return tagged(response, await stays.begin(tx, stay_id, body, version=if_match, actor=actor, now=now))


@router.post("/{stay_id}/discharge", operation_id="stays.discharge")
async def discharge(
    stay_id: UUID, body: DischargeStay, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> StayWithPlan:
    """Discharge the patient. The answer carries the plan: pathways and why, needs with both clocks, days that count."""
    return tagged(response, await discharges.discharge(tx, stay_id, body, version=if_match, actor=actor, now=now))


@router.post("/{stay_id}/discharge/preview", operation_id="stays.discharge-preview")
async def discharge_preview(stay_id: UUID, body: DischargeStay, tx: ReadTx, actor: Who, now: Now) -> DischargePreview:
    """What a discharge would lead to: pathways and why, facts used and missing, each need with its clocks."""
    return await discharges.preview(tx, stay_id, body, actor=actor, now=now)


@router.post("/{stay_id}/plan/accept", operation_id="stays.accept-plan")
async def accept_plan(
    stay_id: UUID, body: AdjustPlan, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> StayWithPlan:
    """Accept a proposed plan, as it is or adjusted: its needs are opened, with clocks from the discharge."""
    return tagged(response, await plan_acceptance.accept(tx, stay_id, body, version=if_match, actor=actor, now=now))


@router.post("/{stay_id}/correct/preview", operation_id="stays.correct-preview")
async def correct_preview(stay_id: UUID, body: CorrectStay, tx: ReadTx, actor: Who, now: Now) -> DischargePreview:
    """What a correction would change: needs opened, moved, withdrawn or kept, each with its why."""
    return await corrections.preview(tx, stay_id, body, actor=actor, now=now)


@router.post("/{stay_id}/correct", operation_id="stays.correct")
async def correct(
    stay_id: UUID, body: CorrectStay, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> StayCorrected:
    """Correct a finished stay. The plan follows by difference; work that somebody has touched keeps its history."""
    return tagged(response, await corrections.correct(tx, stay_id, body, version=if_match, actor=actor, now=now))


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
