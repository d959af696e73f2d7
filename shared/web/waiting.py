"""Requests of one route that wait for the transaction that takes them together: who is next, and who is waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from shared.db.inbox import Claim
from shared.kit.actor import Actor

MOST = 64
"""Requests in one transaction: what a patient's row stays locked for stays short."""
A_MOMENT = 0.002
"""Seconds, at most: senders who were just answered mostly send again at once, and half as many transactions do."""

Alone = Callable[[], Awaitable[Response]]


@dataclass(slots=True, eq=False)
class Asked:
    """One request that waits; ``alone`` takes it through the ordinary door."""

    request: Request
    actor: Actor
    action: str
    claim: Claim | None
    thing: Any
    alike: Sequence[Hashable]
    alone: Alone
    given: asyncio.Future[Response]


@dataclass(slots=True)
class WaitingLane:
    """Requests of one route, organization and kind of time, in the order they came."""

    organization_id: UUID
    said: str | None
    waiting: list[Asked] = field(default_factory=list)
    busy: set[Hashable] = field(default_factory=set)
    running: int = 0
    expected: int = 0
    complete: asyncio.Future[None] | None = None


def next_group(lane: WaitingLane) -> list[Asked]:
    """The first of those who wait, each alike once; who is alike to one under way stays, so that order is kept."""
    group: list[Asked] = []
    rest: list[Asked] = []
    passed: set[Hashable] = set()
    for asked in lane.waiting:
        if len(group) < MOST and lane.busy.isdisjoint(asked.alike) and passed.isdisjoint(asked.alike):
            group.append(asked)
            lane.busy.update(asked.alike)
        else:
            passed.update(asked.alike)
            rest.append(asked)
    lane.waiting = rest
    return group


async def company(lane: WaitingLane, answered: int) -> None:
    """Wait a moment for as many as were just answered."""
    loop = asyncio.get_running_loop()
    lane.expected = min(MOST, len(lane.waiting) + answered)
    if len(lane.waiting) >= lane.expected:
        return
    lane.complete = loop.create_future()
    timer = loop.call_later(A_MOMENT, ready, lane.complete)
    try:
        await lane.complete
    finally:
        timer.cancel()
        lane.complete = None


def ready(complete: asyncio.Future[None]) -> None:
    """Nobody more is waited for."""
    if not complete.done():
        complete.set_result(None)
