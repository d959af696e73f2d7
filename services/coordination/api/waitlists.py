"""Waitlists over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.coordination.store.waitlists import WaitlistFilter
from services.coordination.usecases import waitlists
from shared.contracts.base import Page
from shared.contracts.coordination.referrals import ReferralRead
from shared.contracts.coordination.waitlists import AcceptOffer, JoinWaitlist, WaitlistRead
from shared.vocabulary import WaitlistState
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["matching"])


@router.post("/needs/{need_id}/waitlist", operation_id="waitlist.join", status_code=201)
async def join(need_id: UUID, body: JoinWaitlist, response: Response, tx: Tx, actor: Who, now: Now) -> WaitlistRead:
    """Wait for a place with a specialist. The more pressing need comes first, then who came first. A place that comes
    free is held for the first whom it suits, and put on the worklist to be answered."""
    return tagged(response, await waitlists.join(tx, need_id, body, actor=actor, now=now))


@router.get("/waitlist", operation_id="waitlist.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    need_id: UUID | None = None,
    specialist_id: UUID | None = None,
    state: WaitlistState | None = None,
) -> Page[WaitlistRead]:
    """Who waits for whom, in the order in which they joined, with the place on each list."""
    wanted = WaitlistFilter(need_id=need_id, specialist_id=specialist_id, state=state)
    found = await waitlists.page(tx, wanted, cursor=page.cursor, limit=page.limit)
    return paged(response, request, found)


@router.post("/waitlist/{entry_id}/accept", operation_id="waitlist.accept", status_code=201)
async def accept(
    entry_id: UUID, body: AcceptOffer, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> ReferralRead:
    """Refer the need to the place it was offered."""
    found = await waitlists.accept(tx, entry_id, body, version=if_match, actor=actor, now=now)
    response.headers["Location"] = f"/v1/referrals/{found.id}"
    return tagged(response, found)


@router.post("/waitlist/{entry_id}/leave", operation_id="waitlist.leave")
async def leave(entry_id: UUID, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now) -> WaitlistRead:
    """Stop waiting. A place that was offered goes to the next in order."""
    return tagged(response, await waitlists.leave(tx, entry_id, version=if_match, actor=actor, now=now))
