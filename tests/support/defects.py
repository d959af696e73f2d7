"""A defect on purpose, behind the real doorstep."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from shared.web.middleware import Doorstep, Meters


@asynccontextmanager
async def breaks_on(person: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that fails with a person's data in the error and in its locals."""

    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        row = {"family": person}
        raise ValueError(f"cannot store {row}")

    transport = httpx.ASGITransport(Doorstep(broken, Meters(), {}))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
