"""A TCP proxy on loopback that can be slow, silent, reset connections or cut an answer short (F10)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

Mood = Literal["passes", "slow", "silent", "resets", "cuts"]
_CUT_AFTER = 40
_CHUNK = 65536


@dataclass
class Chaos:
    """Stands between a service and the other one; ``mood`` may change at any time."""

    target: int
    mood: Mood = "passes"
    connections: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        mood = self.mood
        if mood == "resets":
            writer.transport.abort()
            return
        if mood == "silent":
            await reader.read(1)
            await asyncio.sleep(60)
            return
        with contextlib.suppress(ConnectionError, OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            there = asyncio.create_task(_pump(reader, far_writer, None))
            if mood == "slow":
                await asyncio.sleep(30)
            await _pump(far_reader, writer, _CUT_AFTER if mood == "cuts" else None)
            there.cancel()
            far_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int | None) -> None:
    with contextlib.suppress(ConnectionError, OSError):
        while data := await reader.read(_CHUNK):
            if limit is not None:
                writer.write(data[:limit])
                await writer.drain()
                writer.transport.abort()
                return
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def chaos(target: int) -> AsyncIterator[Chaos]:
    """A proxy in front of a port."""
    proxy = Chaos(target)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
