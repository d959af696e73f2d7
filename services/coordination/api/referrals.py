"""Referrals over HTTP. The acts are routed from the list of bodies, which has one for each act of the table."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.store.referrals import ReferralFilter
from services.coordination.usecases import referrals
from shared.contracts.base import Page
from shared.contracts.coordination.referral_act import Act as ActBody
from shared.contracts.coordination.referral_acts import BODIES
from shared.contracts.coordination.referrals import CreateReferral, ReferralBrief, ReferralRead
from shared.vocabulary import ReferralAct, ReferralState
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["referrals"])


@router.post("/needs/{need_id}/referrals", operation_id="referrals.create", status_code=201)
async def create(need_id: UUID, body: CreateReferral, response: Response, tx: Tx, actor: Who, now: Now) -> ReferralRead:
    """Refer a need to a specialist; with a slot, hold it. A second live referral of the same need is refused."""
    found = await referrals.create(tx, need_id, body, actor=actor, now=now)
    response.headers["Location"] = f"/v1/referrals/{found.id}"
    return tagged(response, found)


@router.get("/referrals", operation_id="referrals.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    actor: Who,
    now: Now,
    state: ReferralState | None = None,
    live: Annotated[bool | None, Query(description="Those that still occupy their need, or those that do not.")] = None,
    need_id: UUID | None = None,
    patient_id: UUID | None = None,
    specialist_id: UUID | None = None,
    overdue: Annotated[bool, Query(description="Only those whose stage has lasted too long.")] = False,
) -> Page[ReferralBrief]:
    """Referrals, newest first. A specialist sees those addressed to them."""
    wanted = ReferralFilter(
        state=state,
        live=live,
        need_id=need_id,
        patient_id=patient_id,
        specialist_id=specialist_id,
        overdue_at=now if overdue else None,
    )
    found = await referrals.page(tx, wanted, cursor=page.cursor, limit=page.limit, actor=actor, now=now)
    return paged(response, request, found)


@router.get("/referrals/{referral_id}", operation_id="referrals.get")
async def get(referral_id: UUID, response: Response, tx: ReadTx, actor: Who, now: Now) -> ReferralRead:
    """One referral with its history, its clock, and the acts you may take now with the reasons for the others."""
    return tagged(response, await referrals.get(tx, referral_id, actor=actor, now=now))


def _endpoint(what: ReferralAct, body_type: type[ActBody]) -> Callable[..., Awaitable[ReferralRead]]:
    async def act(
        referral_id: UUID, body: ActBody, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
    ) -> ReferralRead:
        found = await referrals.act(tx, referral_id, what, body, version=if_match, actor=actor, now=now)
        return tagged(response, found)

    act.__annotations__["body"] = body_type
    act.__doc__ = body_type.__doc__
    return act


for _act, _body in BODIES.items():
    router.add_api_route(
        f"/referrals/{{referral_id}}/{_act}",
        _endpoint(_act, _body),
        methods=["POST"],
        operation_id=f"referrals.{_act}",
        summary=_act.replace("-", " ").capitalize(),
    )
