"""A listener of server-sent events, in process: the app's own ASGI, and a client that may be slow or go away."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI

PATIENCE = 60


@dataclass
class Event:
    """One event as it came."""

    name: str
    data: Any
    id: str | None


@dataclass
class Listener:
    """Takes what the app sends; while ``reading`` is not set it takes nothing, as a stalled connection would."""

    status: int = 0
    reading: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    sent: int = 0
    over: bool = False
    _text: str = ""
    _came: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    _asked: bool = False

    async def receive(self) -> dict[str, Any]:
        """The request, then nothing until the client goes away."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """What the app sends."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        await self.reading.wait()
        self.sent += 1
        self._text += message.get("body", b"").decode()
        *whole, self._text = self._text.split("\n\n")
        for block in whole:
            self._take(block)

    def _take(self, block: str) -> None:
        lines = [line.partition(": ") for line in block.splitlines() if not line.startswith(":")]
        told = {name: value for name, _, value in lines}
        if told:
            data = json.loads(told["data"]) if "data" in told else None
            self._came.put_nowait(Event(told.get("event", "message"), data, told.get("id")))

    async def next(self) -> Event:
        """The next event, whenever it comes."""
        async with asyncio.timeout(PATIENCE):
            return await self._came.get()

    async def until(self, name: str) -> list[Event]:
        """Events up to the first of this name, which is the last of them."""
        found = [await self.next()]
        while found[-1].name != name:
            found.append(await self.next())
        return found

    def waiting(self) -> int:
        """Events that came and were not taken."""
        return self._came.qsize()


@asynccontextmanager
async def listening(
    app: FastAPI, token: str, *, last: str | None = None, slow: bool = False, **query: Any
) -> AsyncIterator[Listener]:
    """Somebody who follows the worklist."""
    listener = Listener()
    if not slow:
        listener.reading.set()
    headers = [(b"authorization", f"Bearer {token}".encode()), (b"accept", b"text/event-stream")]
    if last is not None:
        headers.append((b"last-event-id", last.encode()))
    path = "/v1/worklist/stream"
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": urlencode(query).encode(), "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 1), "server": ("test", 80), "state": {},
    }  # fmt: skip

    async def serve() -> None:
        await app(scope, listener.receive, listener.send)
        listener.over = True

    task = asyncio.create_task(serve())
    try:
        yield listener
    finally:
        listener.gone.set()
        listener.reading.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(task, PATIENCE)
