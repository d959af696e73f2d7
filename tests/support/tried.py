"""What came of the examples of a running demo: reads as they stand, writes twice at once and once more.

A write is sent to the same application over the demo's own database, in this process, where the moment its answer
starts can be watched; then again, with the same key, to the process that serves the demo.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx

from deploy.local import demo, keys
from shared.db.base import make_engine, make_sessions
from shared.web.app import Parts
from tests.support.apps import CREATE, PEER, settings_for
from tests.support.demo_run import DemoRun
from tests.support.shown import Shown
from tests.support.watched import Watched

PATIENCE = 60.0
KEY = "Idempotency-Key"


@dataclass(frozen=True)
class Tried:
    """An example and what was answered: to a read once, to a write as often as it was sent at once.

    ``visible`` is, by answer, what was committed when it started; ``again`` was answered to the same request with the
    same key by another process, and ``other`` to another request with that key.
    """

    example: Shown
    answers: Sequence[httpx.Response]
    visible: Sequence[list[str]] = ()
    again: httpx.Response | None = None
    other: httpx.Response | None = None

    @property
    def keyed(self) -> bool:
        """Whether it is a write that takes a key."""
        return self.again is not None


@dataclass(frozen=True)
class Trial:
    """Sends the examples of one service."""

    run: DemoRun
    watched: Watched
    served: httpx.AsyncClient
    inside: httpx.AsyncClient

    async def of(self, example: Shown) -> Tried:
        """What comes of an example."""
        if example.method == "GET":
            return Tried(example, [await self._sent(self.served, example)])
        keyed = KEY in example.headers
        answers = await asyncio.gather(*(self._sent(self.inside, example) for _ in range(1 + keyed)))
        visible = [self.watched.before(answer) for answer in answers]
        if not keyed:
            return Tried(example, answers, visible)
        again = await self._sent(self.served, example)
        other = await self._sent(self.served, _another(example))
        return Tried(example, answers, visible, again, other)

    async def _sent(self, client: httpx.AsyncClient, example: Shown) -> httpx.Response:
        headers = dict(example.headers)
        if example.role is not None:
            headers["Authorization"] = await self.run.bearer(example.role)
        return await client.request(
            example.method, example.path, params=example.query, headers=headers, content=example.content
        )


def _another(example: Shown) -> Shown:
    """The same address with a body that differs in nothing but a space."""
    return replace(example, content=(example.content or b"") + b" ")


@asynccontextmanager
async def trial(run: DemoRun, service: str) -> AsyncIterator[Trial]:
    """The application once more, over the demo's database and beside the process that serves it."""
    async with AsyncExitStack() as stack:
        engine = make_engine(run.databases[service])
        stack.push_async_callback(engine.dispose)
        sessions = make_sessions(engine)
        issuer, peer = [await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE)) for _ in range(2)]
        places: dict[str, Any] = {"issuer_url": run.url("issuer"), "peer_url": run.url(PEER[service])}
        settings = settings_for(service, keys.load(run.folder), **places)
        watched = Watched(CREATE[service](settings, Parts(sessions, issuer, peer)), sessions, demo.NORTH.id)
        inside = httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url=run.url(service))
        served = httpx.AsyncClient(base_url=run.url(service), timeout=PATIENCE)
        yield Trial(run, watched, await stack.enter_async_context(served), await stack.enter_async_context(inside))


def same(first: httpx.Response, again: httpx.Response, but: frozenset[str]) -> bool:
    """Whether the second answer repeats the first, without the fields that are shown once."""
    if (first.status_code, first.headers.get("ETag")) != (again.status_code, again.headers.get("ETag")):
        return False
    if first.content == again.content:
        return True
    once: dict[str, Any] = json.loads(first.content)
    repeated: dict[str, Any] = json.loads(again.content)
    return {name: each for name, each in once.items() if name not in but} == repeated
