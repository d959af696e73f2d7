"""A real HTTP receiver of webhooks on loopback, that may be slow, redirect, refuse or be away."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: datetime

    @property
    def event(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers ``status`` after ``pause`` seconds; keeps every request. ``location`` is where a redirect leads."""

    status: int = 204
    pause: float = 0.0
    location: str | None = None
    got: list[Got] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self) -> None:
        """Answer whatever still waits."""
        self._over.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def start(self) -> None:
        """Listen, on the port of before where there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Be away: connections are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def events(self, count: int, *, within: float = 20.0) -> list[Got]:
        """Wait for so many requests."""
        async with asyncio.timeout(within):
            while len(self.got) < count:
                self._more.clear()
                await self._more.wait()
        return self.got

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.got.append(Got(head[0].split()[1], headers, body, datetime.now(UTC)))
            self._more.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), self.pause)
            more = f"location: {self.location}\r\n" if self.location else ""
            writer.write(f"HTTP/1.1 {self.status} x\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n".encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def a_receiver(**said: Any) -> AsyncIterator[Receiver]:
    """A receiver that listens until the end of the block."""
    found = Receiver(**said)
    await found.start()
    try:
        yield found
    finally:
        found.end()
        await found.stop()
