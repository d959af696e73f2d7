"""Waiting for what the workers do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from deploy.local.trouble import Trouble

# A busy machine takes its time; on an idle one it is a second or two.
_LONGEST_SECONDS = 120.0


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """What ``look`` finds, once it finds something.

    Raises:
        Trouble: it finds nothing within two minutes.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + _LONGEST_SECONDS
    while not (found := await look()):
        if loop.time() > end:
            raise Trouble("The workers did not do their part. See .careweave/log/coordination-worker.log")
        await asyncio.sleep(0.2)
    return found
