"""Puts a service together: door, doorstep, errors, health, docs, and the service's own routers."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from shared.db.base import Sessions, make_engine, make_sessions
from shared.kit.clock import Clock, utc_now
from shared.kit.memory import settle
from shared.kit.policy import Policy
from shared.kit.settings import Settings
from shared.web import stopping
from shared.web.docs import add_docs
from shared.web.door import Door, Guard
from shared.web.errors import add_error_handlers
from shared.web.feeds import Feeds, Read
from shared.web.health import public
from shared.web.lanes import Application, lanes_of
from shared.web.middleware import Meters
from shared.web.openapi import describe_door
from shared.web.ops import ops_router, simulation_router
from shared.web.peer import Peer, ServiceToken
from shared.web.tokens import Keys, Tokens
from shared.web.worker import Work

_ANSWERS_IN = httpx.Timeout(5.0, connect=2.0)


@dataclass(frozen=True, slots=True)
class Service:
    """What makes one service differ from the other; ``changes`` are what its streams tell.

    ``guard`` looks at what a read has touched, before its answer starts.
    """

    title: str
    summary: str
    policy: Policy
    routers: Sequence[APIRouter]
    work: Work
    changes: Read | None = None
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What a test brings instead of a network and a pool."""

    sessions: Sessions
    issuer: httpx.AsyncClient
    peer: httpx.AsyncClient
    clock: Clock = utc_now


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(service: Service, settings: Settings, parts: Parts | None = None) -> FastAPI:
    """The service as an ASGI application.

    With ``parts`` it opens nothing of its own; without, its lifespan opens and closes pool and clients.
    """
    hidden: dict[str, Any] = {"openapi_url": None} if settings.production else {}
    app = Application(
        title=service.title,
        summary=service.summary,
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=_own_parts(service, settings) if parts is None else None,
        **hidden,
    )
    app.state.stopping = False
    app.state.production = settings.production
    app.state.metrics_token = settings.metrics_token
    app.state.settings = settings
    app.state.meters = Meters()
    if parts is not None:
        _open_door(app, service, settings, parts)
    app.add_middleware(app.doorstep)
    add_error_handlers(app)
    routers = [public, ops_router(), *service.routers]
    if settings.simulated_time:
        routers.append(simulation_router(service.work))
    app.offer(routers)
    app.lanes |= lanes_of(app)
    describe_door(app, service.policy)
    if not settings.production:
        add_docs(app)
    return app


def _open_door(app: FastAPI, service: Service, settings: Settings, parts: Parts) -> None:
    tokens = Tokens(Keys(settings.issuer_url, parts.issuer), settings.audience)
    app.state.door = Door(parts.sessions, tokens, service.policy, parts.clock, settings.simulated_time, service.guard)
    token = ServiceToken(settings.issuer_url, settings.client_id, settings.client_secret, parts.issuer)
    app.state.peer = Peer(settings.peer_url, token, parts.peer)
    app.state.reader = app.state.peer.apart()
    if service.changes is not None:
        app.state.feeds = Feeds(parts.sessions, service.changes)


def _stop(app: FastAPI) -> None:
    app.state.stopping = True
    if hasattr(app.state, "feeds"):
        app.state.feeds.stop()


def _own_parts(service: Service, settings: Settings) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = make_engine(settings.database_url, pool=settings.pool, pooler=settings.pooler)
        async with (
            httpx.AsyncClient(timeout=_ANSWERS_IN) as issuer,
            httpx.AsyncClient(timeout=_ANSWERS_IN) as peer,
        ):
            stop = partial(_stop, app)
            _open_door(app, service, settings, Parts(make_sessions(engine), issuer, peer))
            settle()
            with stopping.told(stop):
                yield
            stop()
        await engine.dispose()

    return lifespan
