"""Feeds of changes for many listeners: one reader for each organization and process, nothing kept for a listener.

A listener has a place and no queue. The newest changes are kept once for all; who is slower than that, or comes back
after a while, reads from the database where they left off, a batch at a time. So memory is bounded by listeners × one
batch, however slow they are, and nobody is told less for being slow (F28).
"""

import asyncio
import time
from bisect import bisect_right
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

from shared.db.base import Session, Sessions
from shared.db.session import transaction
from shared.kit.log import log
from shared.kit.problems import Problem, Unavailable

Place = tuple[int, UUID]
BATCH = 200
KEPT = 1_000
EVERY = 0.5
"""Seconds between two looks at the database."""
QUIET = 10.0
"""Seconds after which a listener to whom nothing happens looks around."""
MOST = 2_000
"""Listeners of one process."""
_AT_ONCE = 2


class Placed(Protocol):
    """A change with its place in the order."""

    @property
    def place(self) -> Place: ...


Read = Callable[[Session, Place, int], Awaitable[list[Any]]]


class TooManyListeners(Unavailable):
    code = "stream.too-many"
    title = "Too many follow at the moment"


class Feed:
    """The changes of one organization."""

    def __init__(self, feeds: "Feeds", organization: UUID, start: Place) -> None:
        self._feeds = feeds
        self._organization = organization
        self._places: list[Place] = []
        self._changes: list[Any] = []
        self._since = self._head = start
        self._tick = asyncio.Event()
        self.listeners = 0
        self.ended = False

    async def follow(self, place: Place, *, until: float | None = None) -> AsyncIterator[list[Any]]:
        """Batches of changes past a place; an empty one after a while without.

        Ends when the feed cannot go on, or at ``until`` on the monotonic clock.
        """
        while not self.ended:
            left = QUIET if until is None else min(QUIET, until - time.monotonic())
            if left <= 0:
                return
            tick = self._tick
            batch = await self._past(place)
            if batch:
                yield batch
                place = batch[-1].place
                continue
            try:
                async with asyncio.timeout(left):
                    await tick.wait()
            except TimeoutError:
                yield []

    async def _past(self, place: Place) -> list[Any]:
        if place < self._since:
            return await self._feeds.read(self._organization, place)
        first = bisect_right(self._places, place)
        return self._changes[first : first + BATCH]

    async def run(self) -> None:
        """Look for changes while anybody listens."""
        try:
            while self.listeners and not self.ended:
                found = await self._feeds.read(self._organization, self._head)
                self._keep(found)
                if len(found) < BATCH:
                    await asyncio.sleep(EVERY)
        except Problem as problem:
            # Listeners are let go: they come back to where they were, and are told what is wrong if it still is.
            log().warning("feed.ended", code=problem.code)
        finally:
            self.end()

    def _keep(self, found: list[Any]) -> None:
        if not found:
            return
        self._changes += found
        self._places += [each.place for each in found]
        over = len(self._changes) - KEPT
        if over > 0:
            self._since = self._places[over - 1]
            del self._changes[:over], self._places[:over]
        self._head = found[-1].place
        self._wake()

    def _wake(self) -> None:
        self._tick, woken = asyncio.Event(), self._tick
        woken.set()

    def end(self) -> None:
        """Let everybody go."""
        self.ended = True
        self._feeds.forget(self._organization, self)
        self._wake()


class Feeds:
    """The feeds of one process, made when somebody listens and ended when nobody does."""

    def __init__(self, sessions: Sessions, read: Read) -> None:
        self._sessions = sessions
        self._read = read
        self._feeds: dict[UUID, tuple[Feed, asyncio.Task[None]]] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self.listeners = 0
        self.stopping = False

    def check_room(self) -> None:
        """Raises:
        TooManyListeners: the process is stopping, or has as many listeners as it takes.
        """
        if self.stopping or self.listeners >= MOST:
            raise TooManyListeners("Follow again in a few seconds; until then read the list.")

    async def read(self, organization: UUID, place: Place) -> list[Any]:
        """A batch of changes from the database; few at once, so that a thousand who come back leave it to others."""
        async with self._turns, transaction(self._sessions, organization, read_only=True) as tx:
            return await self._read(tx, place, BATCH)

    async def follow(self, organization: UUID, place: Place, *, until: float | None = None) -> AsyncIterator[list[Any]]:
        """See :meth:`Feed.follow`."""
        feed = self._feed(organization, place)
        feed.listeners, self.listeners = feed.listeners + 1, self.listeners + 1
        try:
            async for batch in feed.follow(place, until=until):
                yield batch
        finally:
            feed.listeners, self.listeners = feed.listeners - 1, self.listeners - 1

    def _feed(self, organization: UUID, place: Place) -> Feed:
        if organization in self._feeds:
            return self._feeds[organization][0]
        feed = Feed(self, organization, place)
        # The task begins after the caller has counted itself.
        self._feeds[organization] = feed, asyncio.create_task(feed.run())
        return feed

    def forget(self, organization: UUID, feed: Feed) -> None:
        """The feed has ended."""
        if organization in self._feeds and self._feeds[organization][0] is feed:
            del self._feeds[organization]

    def stop(self) -> None:
        """Let all listeners go: the process is stopping."""
        self.stopping = True
        for feed, _ in list(self._feeds.values()):
            feed.end()
