"""An application watched at the first byte of each answer: is what the request wrote committed by then (L14)?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.db import kernel
from shared.db.base import Sessions
from shared.db.session import transaction
from tests.support.apps import Api

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass
class Watched:
    """Looks, as an answer starts and by another connection, for the audit row of its request.

    Every write leaves one in the transaction of its effect (L13), so who sees the row sees the effect. ``visible``
    holds by request id the outcomes that were there before the first byte left.
    """

    app: ASGIApp
    sessions: Sessions
    organization: UUID
    visible: dict[str, list[str]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""

        async def watching(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["method"] in _WRITES:
                request_id = dict(message["headers"])[b"x-request-id"].decode()
                self.visible[request_id] = await self.outcomes(request_id)
            await send(message)

        await self.app(scope, receive, watching)

    def before(self, answer: httpx.Response) -> list[str]:
        """What was there before this answer started."""
        return self.visible[answer.headers["X-Request-Id"]]

    async def outcomes(self, request_id: str) -> list[str]:
        """What is there now of a request."""
        query = select(kernel.audit.c.outcome).where(kernel.audit.c.request_id == request_id)
        async with transaction(self.sessions, self.organization, read_only=True) as tx:
            return list(await tx.scalars(query))


@contextmanager
def watching(api: Api) -> Iterator[Watched]:
    """A service under test whose clients are answered by the watched application."""
    usual: Any = api.app
    api.app = Watched(usual, api.sessions, api.organization)  # type: ignore[assignment]
    try:
        yield api.app  # type: ignore[misc]
    finally:
        api.app = usual
