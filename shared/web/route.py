"""One transaction per request: token, policy, key, work, answer, audit, commit; then the answer starts."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from shared.db import audit, inbox
from shared.db.base import Session
from shared.db.session import transaction
from shared.kit import names
from shared.kit.actor import Actor
from shared.kit.problems import Problem, TooLarge
from shared.web.door import Door
from shared.web.gathering import kept
from shared.web.queries import only_known

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_READS = frozenset({"GET", "HEAD"})
_AUDITED_REFUSALS = {403: "denied", 404: "not-found"}
_BODY_SECONDS = 30


class BadKey(Problem):
    status = 400
    code = "idempotency-key.invalid"
    title = "The Idempotency-Key cannot be used"


class UnsupportedBody(Problem):
    status = 415
    code = "body.encoding"
    title = "The body's encoding is not taken"


class NotJson(Problem):
    status = 415
    code = "body.not-json"
    title = "The body's media type is not taken"


class SlowBody(Problem):
    status = 408
    code = "body.too-slow"
    title = "The body did not arrive in time"


class DoorRequest(Request):
    """A request whose JSON is read by a parser that bounds depth and refuses NaN."""

    async def within(self, limit: int) -> bytes:
        """The whole body, read no further than ``limit`` bytes.

        Raises:
            TooLarge: it is longer.
        """
        parts, length = [], 0
        async for part in self.stream():
            length += len(part)
            if length > limit:
                raise TooLarge(f"A request may have {limit} bytes. Split the batch or the Bundle.")
            parts.append(part)
        self._body = b"".join(parts)
        return self._body

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = orjson.loads(await self.body())
        return self._json


def flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Routes walked down through included routers, which FastAPI keeps as they were given."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is None:
            yield route
        else:
            yield from flat(router.routes)


class DoorRoute(APIRoute):
    """A route behind the door. Its ``operation_id`` is the action in the policy table."""

    def get_route_handler(self) -> Handler:
        inner = only_known(self, super().get_route_handler())
        action, modelled = self.operation_id, self.body_field is not None
        if action is None:
            raise TypeError(f"{self.path} has no operation_id, so nobody can be allowed to call it")

        async def handle(request: Request) -> Response:
            request = DoorRequest(request.scope, request.receive)
            door, body = await enter(request, action)
            if modelled and body:
                if not is_json(request.headers.get("content-type", "")):
                    raise NotJson("Send the body as JSON, with the header Content-Type: application/json.")
                names.check(body)
            return await through(door, request, partial(in_transaction, door, request, inner, body))

        return handle


def is_json(media_type: str) -> bool:
    """Whether a body of this type is read as JSON."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


class Router(APIRouter):
    """Routes behind the door; use it for everything that is not public."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=DoorRoute, **options)


async def enter(request: DoorRequest, action: str) -> tuple[Door, bytes]:
    """Who asks, whether they may, and what they sent; kept in the request's state.

    Raises:
        Problem: no valid token, not allowed, a body that cannot be taken.
    """
    door: Door = request.app.state.door
    actor = await door.tokens.actor(request.headers)
    now = door.now(request.headers.get("careweave-now"))
    await door.allow(actor, action, request_id=request.scope["request_id"], now=now)
    body = await _body(request)
    state = request.state
    state.actor, state.now, state.action = actor, now, action
    return door, body


async def through(door: Door, request: Request, work: Callable[[], Awaitable[Response]]) -> Response:
    """The answer of ``work``; of its refusals, those about what somebody may see are kept in the audit trail."""
    state = request.state
    try:
        return await work()
    except Problem as refusal:
        if (outcome := _AUDITED_REFUSALS.get(refusal.status)) is not None:
            request_id = request.scope["request_id"]
            await door.record(state.actor, state.action, outcome, request_id=request_id, now=state.now)
        raise


async def in_transaction(door: Door, request: Request, inner: Handler, body: bytes) -> Response:
    """Work, kept answer and audit row in one transaction, committed before this returns."""
    actor: Actor = request.state.actor
    reads = request.method in _READS
    key = None if reads else idempotency_key(request)
    async with transaction(door.sessions, actor.organization_id, read_only=reads) as tx:
        request.state.tx = tx
        if not reads:
            await door.meet(tx, actor, simulated="careweave-now" in request.headers)
        if key is not None:
            kept = await inbox.claim(tx, actor.client_id, key, request_hash(request, body))
            if kept is not None:
                await _note(tx, request, "replayed")
                return _again(kept)
        response = await inner(request)
        if reads and door.guard is not None:
            await door.guard(tx, actor, request.state.now)
        await _leave(tx, request, response, key)
    door.keep_met(tx)
    return response


async def _leave(tx: Session, request: Request, response: Response, key: str | None) -> None:
    actor: Actor = request.state.actor
    if key is not None:
        answer, again = kept(response), getattr(request.state, "again", None)
        # What is shown once is not kept for a repeat.
        await inbox.answer(tx, actor.client_id, key, answer if again is None else replace(answer, body=again))
    await tx.flush()
    await _note(tx, request, "done")


async def _note(tx: Session, request: Request, outcome: str) -> None:
    state = request.state
    request_id, notes = request.scope["request_id"], audit.seen(tx)
    row = audit.entry(state.actor, state.action, outcome, request_id=request_id, now=state.now, notes=notes)
    await audit.write(tx, row)


def _again(kept: inbox.Answer) -> Response:
    return Response(kept.body, kept.status, {**kept.headers, "Idempotency-Replayed": "true"})


async def _body(request: DoorRequest) -> bytes:
    # Read before a connection is taken, so that a slow sender holds none.
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise UnsupportedBody("Send the body uncompressed: Content-Encoding is not taken here.")
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            return await request.within(request.app.state.settings.max_body)
    except TimeoutError as error:
        raise SlowBody(f"The whole body must arrive within {_BODY_SECONDS} s. Send it again.") from error


def idempotency_key(request: Request) -> str | None:
    """The key a write came with; raises BadKey."""
    key = request.headers.get("idempotency-key")
    if key is not None and not (1 <= len(key) <= 200 and key.isprintable() and key.isascii()):
        raise BadKey("Send 1 to 200 printable characters, best a fresh UUID for each new request.")
    return key


def request_hash(request: Request, body: bytes) -> bytes:
    """What makes a repeat the same request."""
    # If-Match and the simulated now are conditions of sending, not part of what is asked. The person is: users of one
    # client share its keys, and nobody is answered what another may see.
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    target = f"{request.state.actor.person} {request.method} {path}?{query}\n".encode()
    return hashlib.sha256(target + body).digest()
