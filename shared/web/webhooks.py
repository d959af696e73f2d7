"""Webhooks over HTTP, the same in either service: register, list, end, a new secret, what became of each event."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from shared.contracts.base import Page
from shared.contracts.paging import page_of
from shared.contracts.webhooks import RegisterWebhook, WebhookDelivery, WebhookRead, WebhookWithSecret
from shared.db import webhooks as store
from shared.db.base import Session
from shared.kit import destinations
from shared.kit.paging import after_id, place
from shared.kit.problems import Conflict, check_version
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router


class WebhookEnded(Conflict):
    """What was ended stays ended: register the address anew."""

    code = "webhook.ended"
    title = "The webhook was ended"


def webhooks_router() -> Router:
    """The webhook routes of either service."""
    router = Router(prefix="/v1/webhooks", tags=["webhooks"])

    @router.post("", operation_id="webhooks.register", status_code=201)
    async def register(
        body: RegisterWebhook, request: Request, response: Response, tx: Tx, actor: Who, now: Now
    ) -> WebhookWithSecret:
        """Tell an address of events; the answer shows the secret of its signatures once, and no repeat shows it."""
        url = destinations.check(body.url, production=request.app.state.production)
        row = await store.add(tx, url, sorted(set(body.events)), body.description, actor=actor, now=now)
        return tagged(response, await _with_secret(tx, row, request))

    @router.post("/{webhook_id}/rotate-secret", operation_id="webhooks.rotate-secret")
    async def rotate(
        webhook_id: UUID, if_match: IfMatch, request: Request, response: Response, tx: Tx, now: Now
    ) -> WebhookWithSecret:
        """Sign with a new secret from now on; the answer shows it, once."""
        await _standing(tx, webhook_id, if_match)
        row = await store.change(tx, webhook_id, now=now, secret=store.new_secret())
        return tagged(response, await _with_secret(tx, row, request))

    @router.post("/{webhook_id}/end", operation_id="webhooks.end")
    async def end(webhook_id: UUID, if_match: IfMatch, response: Response, tx: Tx, now: Now) -> WebhookRead:
        """Tell this address nothing any more; what is still on its way is set aside."""
        await _standing(tx, webhook_id, if_match)
        row = await store.change(tx, webhook_id, now=now, ended_at=now, secret="")
        return tagged(response, await _read(tx, row))

    _add_reads(router)
    return router


def _add_reads(router: Router) -> None:
    @router.get("", operation_id="webhooks.list")
    async def list_all(request: Request, response: Response, tx: ReadTx, page: PageAsked) -> Page[WebhookRead]:
        """The organization's webhooks, newest first, ended ones too."""
        rows = await store.page(tx, after=after_id(page.cursor), limit=page.limit + 1)
        counts = await store.waiting(tx, [row.id for row in rows])
        found = page_of(rows, page.limit, lambda row: WebhookRead.model_validate(_kept(row, counts)))
        return paged(response, request, found)

    @router.get("/{webhook_id}", operation_id="webhooks.get")
    async def get(webhook_id: UUID, response: Response, tx: ReadTx) -> WebhookRead:
        """One webhook, with how many of its events are on their way and set aside."""
        return tagged(response, await _read(tx, await store.get(tx, webhook_id)))

    @router.get("/{webhook_id}/deliveries", operation_id="webhooks.deliveries")
    async def deliveries(
        webhook_id: UUID, request: Request, response: Response, tx: ReadTx, page: PageAsked
    ) -> Page[WebhookDelivery]:
        """What the endpoint was or is to be told, newest first, and why it has not arrived."""
        await store.get(tx, webhook_id)
        (before,) = place(page.cursor, int) or (None,)
        rows = await store.deliveries(tx, webhook_id, before=before, limit=page.limit + 1)
        return paged(response, request, page_of(rows, page.limit, _delivery, at=_number))


async def _standing(tx: Session, webhook_id: UUID, version: int) -> None:
    row = await store.get(tx, webhook_id, lock=True)
    check_version(row.version, version)
    if row.ended_at is not None:
        raise WebhookEnded("Register the address again; it gets a secret of its own.")


async def _read(tx: Session, row: Any) -> WebhookRead:
    return WebhookRead.model_validate(_kept(row, await store.waiting(tx, [row.id])))


async def _with_secret(tx: Session, row: Any, request: Request) -> WebhookWithSecret:
    read = await _read(tx, row)
    request.state.again = read.model_dump_json().encode()
    return WebhookWithSecret.model_validate({**dict(read), "secret": row.secret})


def _kept(row: Any, counts: dict[UUID, tuple[int, int]]) -> dict[str, Any]:
    pending, parked = counts.get(row.id, (0, 0))
    kept = {name: getattr(row, name) for name in WebhookRead.model_fields if name not in ("pending", "parked")}
    return {**kept, "pending": pending, "parked": parked}


def _number(row: Any) -> tuple[str, ...]:
    return (str(row.seq),)


def _delivery(row: Any) -> WebhookDelivery:
    return WebhookDelivery(
        id=row.id,
        event_id=row.body["id"],
        type=row.body["type"],
        occurred_at=row.body["timestamp"],
        attempts=row.attempts,
        due_at=row.due_at,
        delivered_at=row.delivered_at,
        parked_at=row.parked_at,
        explanation=row.last_error,
    )
