"""Carries webhook events to their endpoints: signed, by the relay's rules, slow endpoints beside the others.

The signature is that of Standard Webhooks: ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``.
"""

import asyncio
import base64
import hashlib
import hmac
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from ipaddress import ip_address
from types import TracebackType
from typing import Any
from uuid import UUID

import httpcore
import orjson

from shared.db import outbox, relay, webhooks
from shared.db.base import Sessions
from shared.db.outbox import Envelope
from shared.db.relay import Outcome, Verdict
from shared.db.session import EVERY, transaction
from shared.kit.clock import utc_now
from shared.kit.destinations import WrongDestination, check, is_open
from shared.kit.log import log
from shared.kit.problems import NotFound, Problem

ANSWERS_IN = 5.0
"""Seconds for one attempt, all of it; well below the lease of a message."""
_AT_ONCE = 32
_AT_ONCE_EACH = 4
_CLAIMED = 8
_IDLE = 0.2
_FINAL = frozenset({301, 302, 303, 307, 308, 410})
# Waiting for the answer's status only: what an endpoint says beyond that is not read.
_HEADERS = ((b"content-type", b"application/json"), (b"user-agent", b"careweave-webhooks/1"))


Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system's resolver gives them; raises httpcore.ConnectError."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"{host} is not known") from error
    return [str(each[4][0]) for each in found]


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects to open addresses only, and to the very address that was looked at: a name cannot change in between."""

    def __init__(
        self,
        inner: httpcore.AsyncNetworkBackend | None = None,
        *,
        production: bool,
        resolve: Resolve | None = None,
    ) -> None:
        self._inner = inner or httpcore.AnyIOBackend()
        self._production = production
        self._resolve = resolve or resolved

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first of the name's addresses, when all of them are open.

        Raises:
            WrongDestination: one of them is not.
            httpcore.ConnectError: the name is unknown, or nobody listens.
        """
        addresses = await self._resolve(host, port)
        for address in addresses:
            if not is_open(ip_address(address.partition("%")[0]), production=self._production):
                raise WrongDestination("The name leads to a local, private or reserved address.")
        return await self._inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """Never: a webhook goes out over the network."""
        raise WrongDestination("A webhook goes out over the network.")

    async def sleep(self, seconds: float) -> None:
        """As the backend beneath does."""
        await self._inner.sleep(seconds)


def signature(secret: str, event_id: str, at: int, body: bytes) -> str:
    """The value of ``webhook-signature``; ``at`` is in whole seconds since 1970."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{event_id}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _endpoint(envelope: Envelope) -> UUID:
    return envelope.about or envelope.id


class Hooks:
    """Sends webhook events of every organization until told to stop."""

    def __init__(self, sessions: Sessions, *, production: bool) -> None:
        self._sessions = sessions
        self._production = production
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: Counter[UUID] = Counter()
        backend = Guarded(production=production)
        # No connection is kept: each is opened, and its address looked at, anew.
        self._pool = httpcore.AsyncConnectionPool(
            network_backend=backend, max_connections=_AT_ONCE, max_keepalive_connections=0
        )

    async def __aenter__(self) -> "Hooks":
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._pool.__aexit__(kind, error, trace)

    async def run(self, stop: asyncio.Event) -> None:
        """Claim and send until ``stop``; what is under way then ends within :data:`ANSWERS_IN`."""
        while not stop.is_set():
            try:
                begun = await self.begin(now=utc_now())
            except Problem as problem:
                log().warning("webhooks.wait", code=problem.code)
                begun = 0
            if not begun:
                await asyncio.sleep(_IDLE)

    async def begin(self, *, now: datetime) -> int:
        """Start sending what is due and there is room for; returns how many events that is."""
        room = min(_CLAIMED, _AT_ONCE - len(self._tasks))
        if room <= 0:
            return 0
        busy = [webhook for webhook, count in self._busy.items() if count >= _AT_ONCE_EACH]
        async with transaction(self._sessions, EVERY) as tx:
            claimed = await outbox.claim(tx, limit=room, now=now, outside=True, busy=busy)
        for envelope in claimed:
            self._busy[_endpoint(envelope)] += 1
            task = asyncio.create_task(self._carry(envelope))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(claimed)

    async def settled(self) -> None:
        """Wait until what was begun has ended."""
        await asyncio.gather(*self._tasks)

    async def _carry(self, envelope: Envelope) -> None:
        webhook = _endpoint(envelope)
        try:
            await relay.carry(self._sessions, self.send, envelope, now=utc_now())
        except Problem as problem:
            # Its lease runs out, and it is sent again.
            log().warning("webhooks.wait", code=problem.code)
        except Exception as error:  # noqa: BLE001 - the lease runs out and it is sent again; why must be seen
            log().error("webhooks.defect", message=str(envelope.id), exc_info=error)
        finally:
            self._busy[webhook] -= 1
            if not self._busy[webhook]:
                del self._busy[webhook]

    async def send(self, envelope: Envelope) -> Outcome:
        """One attempt. What cannot become right by itself is set aside at once; all else is tried again."""
        try:
            async with transaction(self._sessions, envelope.organization_id, read_only=True) as tx:
                endpoint = await webhooks.get(tx, _endpoint(envelope))
        except NotFound:
            return Outcome(Verdict.REFUSED, "The webhook is not known any more.")
        if endpoint.ended_at is not None:
            return Outcome(Verdict.REFUSED, "The webhook was ended.")
        try:
            check(endpoint.url, production=self._production)
            async with asyncio.timeout(ANSWERS_IN):
                status = await self._post(endpoint.url, endpoint.secret, envelope.body)
        except WrongDestination as refused:
            return Outcome(Verdict.REFUSED, refused.detail)
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.TimeoutException,
            TimeoutError,
            OSError,
        ) as error:
            return Outcome(Verdict.AGAIN, f"It did not answer: {type(error).__name__}.")
        if 200 <= status < 300:
            return Outcome(Verdict.ARRIVED)
        if status in _FINAL:
            return Outcome(Verdict.REFUSED, f"It answered {status}: redirects are not followed, and gone is gone.")
        return Outcome(Verdict.AGAIN, f"It answered {status}.")

    async def _post(self, url: str, secret: str, event: dict[str, Any]) -> int:
        body, at, event_id = orjson.dumps(event), int(time.time()), str(event["id"])
        headers = [
            *_HEADERS,
            (b"webhook-id", event_id.encode()),
            (b"webhook-timestamp", str(at).encode()),
            (b"webhook-signature", signature(secret, event_id, at, body).encode()),
        ]
        async with self._pool.stream("POST", url, headers=headers, content=body) as answer:
            return answer.status
