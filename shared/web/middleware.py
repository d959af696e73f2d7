"""The doorstep: request id, limits, safe headers, one log line and one measurement per request."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import cache
from secrets import token_hex
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram

from shared.kit.log import log
from shared.kit.problems import Problem
from shared.web.errors import Defect, RequestTooLarge, render

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Lane = Callable[[Scope, Receive, Send, App], Awaitable[None]]

_REQUEST_ID = re.compile(rb"^[A-Za-z0-9._-]{1,64}$")
_MAX_URL = 8_000
_MAX_HEADERS = 32_000
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000"),
)
_CSP = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_TOO_LARGE = RequestTooLarge("The address or the headers are too long. Shorten the query.")
_DEFECT = Defect("Something went wrong here and nothing was stored. Give support the request id.")


class Broken(RuntimeError):
    """The answer had begun when the defect showed: the connection must end."""


class Meters:
    """What /metrics shows: counts and times by action, never by person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("careweave_requests", "Requests answered", ["action", "status"], registry=self.registry)
        self.seconds = Histogram(
            "careweave_request_seconds",
            "Time until the answer",
            ["action"],
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        # Looking a labelled meter up costs more than counting; there are as many as actions and statuses.
        self.counted = cache(self.requests.labels)
        self.timed = cache(self.seconds.labels)


class Doorstep:
    """Pure ASGI: costs no task and no buffering."""

    def __init__(self, app: App, meters: Meters, lanes: Mapping[tuple[str, str], Lane]) -> None:
        self.app = app
        self.meters = meters
        self.lanes = lanes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["request_id"] = request_id
        seen = {"status": 0}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                message["headers"] = _dressed(message["headers"], request_id)
            await send(message)

        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                if _too_large(scope):
                    await _refuse(with_headers, scope, _TOO_LARGE)
                else:
                    await self._pass(scope, receive, with_headers)
            except Exception as error:  # noqa: BLE001 - nothing may reach the server's own log
                # Caught here, not by the server: its log would print what the error quotes (L11, S22).
                log().error("defect", exc_info=error)
                if seen["status"]:
                    raise Broken from None
                await _refuse(with_headers, scope, _DEFECT)
            finally:
                self._note(scope, seen["status"], time.perf_counter() - started)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        lane = self.lanes.get((scope["method"], scope["path"]))
        if lane is None or scope.get("query_string"):
            await self.app(scope, receive, send)
        else:
            await lane(scope, receive, send, self.app)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # The action names the route; a path or query could name a person.
        action = getattr(scope.get("route"), "operation_id", None) or "none"
        self.meters.counted(action, str(status)).inc()
        self.meters.timed(action).observe(seconds)
        log().info("request", action=action, method=scope["method"], status=status, ms=round(seconds * 1000, 1))


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.match(value):
            return str(value.decode())
    return token_hex(16)


def _too_large(scope: Scope) -> bool:
    url = len(scope.get("raw_path") or b"") + len(scope.get("query_string", b""))
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return url > _MAX_URL or headers > _MAX_HEADERS


async def _refuse(send: Send, scope: Scope, problem: Problem) -> None:
    body, media = render(scope["path"], problem, scope["request_id"])
    headers = [(b"content-type", media.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _dressed(headers: Any, request_id: str) -> list[tuple[bytes, bytes]]:
    dressed = list(headers)
    present = {name for name, _ in dressed}
    dressed.extend(pair for pair in _SAFE if pair[0] not in present)
    if _CSP[0] not in present:
        dressed.append(_CSP)
    dressed.append((b"x-request-id", request_id.encode()))
    return dressed
