"""Standing orders over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.monitoring.usecases import standing_orders
from shared.contracts.base import Page
from shared.contracts.monitoring.standing_orders import (
    EnrollUnderOrder,
    OrderText,
    PatientOrderRead,
    RevokeOrder,
    SignOrder,
    StandingOrderRead,
)
from shared.vocabulary import StandingOrderState
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/standing-orders", tags=["standing-orders"])


@router.post("", operation_id="standing-orders.draft", status_code=201)
async def draft(body: OrderText, response: Response, tx: Tx, actor: Who, now: Now) -> StandingOrderRead:
    """Write the next version of an order: a named drug, its steps and bounds, who may use it, for how long."""
    return tagged(response, await standing_orders.draft(tx, body, actor=actor, now=now))


@router.get("", operation_id="standing-orders.list")
async def list_all(
    asked: Request,
    response: Response,
    tx: ReadTx,
    actor: Who,
    now: Now,
    page: PageAsked,
    key: str | None = None,
    rxnorm: str | None = None,
    state: StandingOrderState | None = None,
) -> Page[StandingOrderRead]:
    """Every version of every order, oldest first; ``state`` is the state as kept, expiry is by the date."""
    named = {"key": key, "rxnorm": rxnorm, "state": state}
    filters = {name: value for name, value in named.items() if value is not None}
    found = await standing_orders.page(tx, filters, limit=page.limit, cursor=page.cursor, actor=actor, now=now)
    return paged(response, asked, found)


@router.get("/{standing_order_id}", operation_id="standing-orders.get")
async def get(standing_order_id: UUID, response: Response, tx: ReadTx, actor: Who, now: Now) -> StandingOrderRead:
    """One version with the acts allowed now."""
    return tagged(response, await standing_orders.get(tx, standing_order_id, actor=actor, now=now))


@router.post("/{standing_order_id}/sign", operation_id="standing-orders.sign")
async def sign(
    standing_order_id: UUID, body: SignOrder, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> StandingOrderRead:
    """Sign a draft; who signs may prescribe the drug. The version before it is superseded."""
    done = await standing_orders.sign(tx, standing_order_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/{standing_order_id}/revoke", operation_id="standing-orders.revoke")
async def revoke(
    standing_order_id: UUID, body: RevokeOrder, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> StandingOrderRead:
    """Take an order out of force for everybody."""
    done = await standing_orders.revoke(tx, standing_order_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/{standing_order_id}/patients", operation_id="standing-orders.enroll", status_code=201)
async def enroll(
    standing_order_id: UUID, body: EnrollUnderOrder, response: Response, tx: Tx, actor: Who, now: Now
) -> PatientOrderRead:
    """A prescriber signs the order for one patient, with bounds within the order's."""
    return tagged(response, await standing_orders.enroll(tx, standing_order_id, body, actor=actor, now=now))


@router.get("/{standing_order_id}/patients", operation_id="standing-orders.patients")
async def patients(
    standing_order_id: UUID, asked: Request, response: Response, tx: ReadTx, page: PageAsked
) -> Page[PatientOrderRead]:
    """The patients the order is or was signed for."""
    found = await standing_orders.patients_under(tx, standing_order_id, limit=page.limit, cursor=page.cursor)
    return paged(response, asked, found)


@router.post("/{standing_order_id}/patients/{patient_order_id}/end", operation_id="standing-orders.end")
async def end(
    standing_order_id: UUID,
    patient_order_id: UUID,
    if_match: IfMatch,
    response: Response,
    tx: Tx,
    actor: Who,
    now: Now,
) -> PatientOrderRead:
    """The order no longer holds for this patient."""
    done = await standing_orders.end(tx, standing_order_id, patient_order_id, version=if_match, actor=actor, now=now)
    return tagged(response, done)
