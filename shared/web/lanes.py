"""A straight lane to routes whose requests are gathered: past the router and its layers, through the same door.

Routing, dependencies and exit stacks cost more than the work of one small write. What the lane cannot read goes the
usual way, which says what is wrong with it.
"""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.db import audit, inbox
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import Problem
from shared.web.directory import Directory
from shared.web.door import Door
from shared.web.errors import answer
from shared.web.gathering import Gathered, Gatherer
from shared.web.middleware import Doorstep
from shared.web.route import DoorRequest, DoorRoute, enter, flat, idempotency_key, in_transaction, request_hash, through
from shared.web.waiting import Asked

Lanes = dict[tuple[str, str], "Lane"]
"""By method and path."""


# Its spans carry paths and queries, which name persons (L11); what is measured stands under /metrics.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


class Application(FastAPI):
    """FastAPI whose lanes pass the doorstep and nothing else: the layers around it cost more than a small write."""

    def __init__(self, **options: Any) -> None:
        super().__init__(telemetry=_NO_TELEMETRY, **options)
        self.lanes: Lanes = {}

    def offer(self, routers: Iterable[APIRouter]) -> None:
        """Answer the routes of these routers.

        FastAPI's way of including a router makes each of its routes a second time and looks for a request's route
        three calls deep in each router; nothing is added to routes here that would ask for that.
        """
        routes = [route for router in routers for route in flat(router.routes)]
        self.router.routes.extend(routes)
        self.router.middleware_stack = Directory(routes, self.router.middleware_stack)

    def doorstep(self, app: ASGIApp) -> Doorstep:
        """The layer that every request passes."""
        self._doorstep = Doorstep(app, self.state.meters, self.lanes)
        return self._doorstep

    def build_middleware_stack(self) -> ASGIApp:
        """The usual layers; around them the way straight to the doorstep, which lets no error out."""
        usual = super().build_middleware_stack()

        async def enter(scope: Scope, receive: Receive, send: Send) -> None:
            straight = scope["type"] == "http" and (scope["method"], scope["path"]) in self.lanes
            await (self._doorstep if straight else usual)(scope, receive, send)

        return enter


def lanes_of(app: FastAPI) -> Lanes:
    """The lanes of an application with all its routes."""
    found: Lanes = {}
    for route in flat(app.routes):
        how = getattr(route.endpoint, "gathered", None) if isinstance(route, DoorRoute) else None
        if isinstance(route, DoorRoute) and how is not None:
            found |= {(method, route.path): Lane(route, how) for method in route.methods or ()}
    return found


class Lane:
    """One route's lane."""

    def __init__(self, route: DoorRoute, how: Gathered) -> None:
        self.route = route
        self.action = route.operation_id or ""
        self.how = how
        self.gatherer = Gatherer(how)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, usual: ASGIApp) -> None:
        """Serve a request; ``usual`` is the way of every other."""
        scope["route"] = self.route
        request = DoorRequest(scope, receive)
        try:
            door, body = await enter(request, self.action)
            thing = self.how.read(body, request.headers.get("content-type", ""))
            if thing is None:
                await usual(scope, _again(body), send)
                return
            response = await through(door, request, partial(self._gathered, door, request, thing, body))
        except Problem as refusal:
            response = answer(request, refusal)
        await response(scope, receive, send)

    async def _gathered(self, door: Door, request: Request, thing: Any, body: bytes) -> Response:
        actor: Actor = request.state.actor
        key = idempotency_key(request)
        claim = None if key is None else inbox.Claim(actor.client_id, key, request_hash(request, body))
        alike = self.how.alike(thing)
        if claim is not None:
            alike = (*alike, claim[:2])
        alone = partial(in_transaction, door, request, partial(self._by_itself, thing), body)
        given = asyncio.get_running_loop().create_future()
        return await self.gatherer.submit(door, Asked(request, actor, self.action, claim, thing, alike, alone, given))

    async def _by_itself(self, thing: Any, request: Request) -> Response:
        tx: Session = request.state.tx
        ((became, seen),) = await self.how.act(tx, [thing], request.state.actor, request.state.now)
        for patient_id in seen.patients:
            audit.saw(tx, patient_id, *seen.things)
        return self.how.answer(request, became)


def _again(body: bytes) -> Receive:
    """What was read already, for whoever reads it next."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
