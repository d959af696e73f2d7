"""Knowing that the process is to stop before the server waits for what is still open."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def told(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` in the event loop when SIGTERM or SIGINT comes, beside what the server does about it.

    A server first waits for open answers to end; streams would keep it waiting for ever.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)
        before[number](number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        # Only beside a handler of the server's own: what ends the process by default shall go on to do so.
        if callable(found := signal.getsignal(number)):
            before[number] = found
            signal.signal(number, handle)
    try:
        yield
    finally:
        for caught, found in before.items():
            if signal.getsignal(caught) is handle:
                signal.signal(caught, found)
