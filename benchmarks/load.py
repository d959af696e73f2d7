"""Keep-alive connections that send prepared bytes: the machine is shared, and what the load costs the service lacks."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def prepared(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: load", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode() + body


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parts = bytearray()
        self._missing = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parts += data
        if not self._missing:
            head = self._parts.find(b"\r\n\r\n")
            if head < 0:
                return
            length = _LENGTH.search(self._parts, 0, head + 2)
            assert length is not None, bytes(self._parts[:head])
            self._missing = head + 4 + int(length[1])
        if len(self._parts) >= self._missing and self._answer is not None:
            status, body = int(self._parts[9:12]), bytes(self._parts[self._parts.find(b"\r\n\r\n") + 4 :])
            self._parts.clear()
            self._missing = 0
            self._answer.set_result((status, body))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the service hung up"))

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


async def connect(url: str) -> Line:
    """A connection to the service at ``url``."""
    where = urlsplit(url)
    _, line = await asyncio.get_running_loop().create_connection(Line, where.hostname or "", where.port or 80)
    return line


async def sent(lines: Sequence[Line], requests: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """The answers to requests, each sent over whichever connection is free first."""
    waiting = iter(requests)
    answers: list[tuple[int, bytes]] = []

    async def send(line: Line) -> None:
        answers.extend([await line.send(request) for request in waiting])

    await asyncio.gather(*(send(line) for line in lines))
    return answers
