"""Letters to specialists without an account, and their reply links."""

from uuid import UUID

from fastapi import Request

from services.coordination.domain.reply_links import KeyNotTaken, NoPublicAddress
from services.coordination.usecases import letters
from shared.contracts.coordination.letters import LetterWritten, ReplyLinkList, ReplyLinkRead, WriteLetter
from shared.kit.settings import Settings
from shared.web.deps import Now, ReadTx, Tx, Who
from shared.web.openapi import KEYLESS
from shared.web.route import Router

router = Router(prefix="/v1/referrals/{referral_id}", tags=["referrals"])


@router.post("/letters", operation_id="letters.write", status_code=201, openapi_extra={KEYLESS: True})
async def write(referral_id: UUID, body: WriteLetter, request: Request, tx: Tx, actor: Who, now: Now) -> LetterWritten:
    """Write a letter to a specialist without an account, with a reply link and its access code. Both are in this
    answer only: it takes no Idempotency-Key, because a kept answer would keep them. A repeat closes the link before."""
    if "idempotency-key" in request.headers:
        raise KeyNotTaken("Leave the Idempotency-Key out. A repeat writes a new letter and closes the link before.")
    return await letters.write(tx, referral_id, body, base=public_base(request), actor=actor, now=now)


@router.get("/reply-links", operation_id="reply-links.list")
async def links(referral_id: UUID, tx: ReadTx, now: Now) -> ReplyLinkList:
    """A referral's reply links, newest first, without their secrets: which are open, what they were used for."""
    return await letters.links(tx, referral_id, now=now)


@router.post("/reply-links/{link_id}/revoke", operation_id="reply-links.revoke")
async def revoke(referral_id: UUID, link_id: UUID, tx: Tx, now: Now) -> ReplyLinkRead:
    """Close a reply link at once: the letter went astray, or the answer came otherwise."""
    return await letters.revoke(tx, referral_id, link_id, now=now)


def public_base(request: Request) -> str:
    """Where the world finds this service.

    Raises:
        NoPublicAddress: production does not know it.
    """
    found = known_base(request)
    if found is None:
        raise NoPublicAddress("Set COORDINATION_PUBLIC_URL to the https address at which receivers reach the service.")
    return found


def known_base(request: Request) -> str | None:
    """The public address as far as it is known: in production never what a request's Host says, for whoever sends
    another Host would have the secret sent there."""
    settings: Settings = request.app.state.settings
    if settings.public_url is not None or settings.production:
        return settings.public_url
    return f"{request.url.scheme}://{request.url.netloc}"
