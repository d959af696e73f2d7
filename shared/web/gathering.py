"""Requests that wait at the same moment share one transaction: its statements and its commit are most of their cost.

What arrives while a transaction runs is taken by the next one: walls, keys, work, answers kept, a row in the audit
trail for each, one commit; then each answer starts. Whoever comes alone never waits for company; where several were
answered and others wait already, the next transaction leaves those answered a moment to ask again. When anything fails,
everything is rolled back and each request goes through the ordinary door by itself, so that a bad one never costs the
others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import structlog
from fastapi import Request, Response

from shared.db import audit, inbox
from shared.db.base import Session
from shared.db.inbox import Claim
from shared.db.leave import leave
from shared.db.session import transaction
from shared.kit.actor import Actor
from shared.kit.log import log
from shared.kit.problems import Unavailable
from shared.web.door import Door
from shared.web.waiting import Asked, WaitingLane, company, next_group, ready

AT_ONCE = 1
"""Transactions of one organization under way in one process: the next is prepared while one commits."""

Done = tuple[Any, audit.Seen]
Handler = TypeVar("Handler", bound=Callable[..., Any])


class NotFree(Exception):
    """Keys that were used before, or are being used this moment: their requests go alone."""

    def __init__(self, claims: set[Claim]) -> None:
        super().__init__(len(claims))
        self.claims = claims


@dataclass(frozen=True, slots=True)
class Gathered:
    """How requests of one route are done together.

    ``read`` makes of a body and its content type what is asked, None when the ordinary door should say what is wrong
    with it. Requests that have anything ``alike`` are never in one transaction, and keep their order. ``act`` does
    them for one actor as if one by one. ``answer`` puts what came of one into words.
    """

    read: Callable[[bytes, str], Any]
    alike: Callable[[Any], Sequence[Hashable]]
    act: Callable[[Session, Sequence[Any], Actor, datetime], Awaitable[Sequence[Done]]]
    answer: Callable[[Request, Any], Response]


def gathered(how: Gathered) -> Callable[[Handler], Handler]:
    """Let requests of this route be done together; its function serves bodies that could not be read."""

    def mark(handler: Handler) -> Handler:
        vars(handler)["gathered"] = how
        return handler

    return mark


class Gatherer:
    """Gathers the requests of one route."""

    def __init__(self, how: Gathered) -> None:
        self.how = how
        self._lanes: dict[tuple[UUID, str | None], WaitingLane] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, door: Door, asked: Asked) -> Response:
        """The answer, after the commit of the transaction that held the request.

        Raises:
            Problem: as the ordinary door would.
        """
        said = asked.request.headers.get("careweave-now")
        key = (asked.actor.organization_id, said)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = WaitingLane(*key)
        lane.waiting.append(asked)
        if lane.complete is not None and len(lane.waiting) >= lane.expected:
            ready(lane.complete)
        if lane.running < AT_ONCE:
            lane.running += 1
            task = asyncio.create_task(self._serve(door, lane, key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await asked.given

    async def _serve(self, door: Door, lane: WaitingLane, key: tuple[UUID, str | None]) -> None:
        # The id of the request that happened to start this must not stand on the log lines of others.
        structlog.contextvars.unbind_contextvars("request_id")
        try:
            while group := next_group(lane):
                try:
                    await self._together(door, lane, group)
                finally:
                    lane.busy.difference_update(*(asked.alike for asked in group))
                if lane.waiting:
                    await company(lane, len(group))
        finally:
            lane.running -= 1
            if not lane.running and not lane.waiting:
                self._lanes.pop(key, None)

    async def _together(self, door: Door, lane: WaitingLane, group: list[Asked]) -> None:
        given: dict[Asked, Response] = {}
        try:
            given = await self._in_one_transaction(door, lane, group)
        except NotFree as taken:
            free = [asked for asked in group if asked.claim not in taken.claims]
            if free:
                await self._together(door, lane, free)
            group = [asked for asked in group if asked.claim in taken.claims]
        except Unavailable as away:
            # The database is not there for one by one either.
            for asked in group:
                _fail(asked, away)
            return
        except Exception as error:  # noqa: BLE001 - whatever it was, each request hears of its own part in it alone
            log().warning("group.apart", error=type(error).__name__, requests=len(group))
        for asked in group:
            if asked in given:
                _give(asked, given[asked])
            else:
                await _one(asked)

    async def _in_one_transaction(self, door: Door, lane: WaitingLane, group: list[Asked]) -> dict[Asked, Response]:
        given: dict[Asked, Response] = {}
        now = door.now(lane.said)
        async with transaction(door.sessions, lane.organization_id) as tx:
            await door.meet(tx, group[0].actor, simulated=lane.said is not None)
            rows = []
            for actor, own in _by_actor(group):
                done = await self.how.act(tx, [asked.thing for asked in own], actor, now)
                for asked, (became, seen) in zip(own, done, strict=True):
                    given[asked] = self.how.answer(asked.request, became)
                    rows.append(_audited(asked, now, seen))
            await tx.flush()
            answers = [(asked.claim, kept(given[asked])) for asked in group if asked.claim is not None]
            if taken := await leave(tx, answers, rows):
                raise NotFree(taken)
        door.keep_met(tx)
        return given


def kept(response: Response) -> inbox.Answer:
    """What of an answer is kept for a repeat of its key."""
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return inbox.Answer(response.status_code, headers, bytes(response.body))


KEPT_HEADERS = ("etag", "location", "content-type", "link", "last-modified")


def _by_actor(group: Sequence[Asked]) -> list[tuple[Actor, list[Asked]]]:
    actors: dict[Actor, list[Asked]] = {}
    for asked in group:
        actors.setdefault(asked.actor, []).append(asked)
    return list(actors.items())


def _audited(asked: Asked, now: datetime, seen: audit.Seen) -> dict[str, object]:
    request_id = asked.request.scope["request_id"]
    return audit.entry(asked.actor, asked.action, "done", request_id=request_id, now=now, notes=seen)


async def _one(asked: Asked) -> None:
    try:
        _give(asked, await asked.alone())
    except Exception as error:  # noqa: BLE001 - raised again where the request waits
        _fail(asked, error)


def _give(asked: Asked, response: Response) -> None:
    if not asked.given.done():
        asked.given.set_result(response)


def _fail(asked: Asked, error: Exception) -> None:
    if not asked.given.done():
        asked.given.set_exception(error)
