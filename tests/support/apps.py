"""Both real services in process, each with its own database, the real issuer, and real tokens."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from deploy.local import addresses, issuer, keys
from deploy.local.signing import claims_for, sign
from services.coordination import app as coordination_app
from services.monitoring import app as monitoring_app
from shared.db.base import Sessions
from shared.kit.settings import Settings
from shared.vocabulary import Role
from shared.web.app import Parts

ISSUER_URL = addresses.running().issuer
PEER = {"coordination": "monitoring", "monitoring": "coordination"}
URLS = {"coordination": "http://coordination", "monitoring": "http://monitoring"}
CREATE = {"coordination": coordination_app.create, "monitoring": monitoring_app.create}


@dataclass
class Api:
    """One service under test; each test speaks for an organization of its own, so tests share a database."""

    app: FastAPI
    parts: Parts
    keyring: keys.Keyring
    organization: UUID = field(default_factory=uuid4)
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    tokens: dict[tuple[tuple[Role, ...], UUID, str], str] = field(default_factory=dict)

    @property
    def sessions(self) -> Sessions:
        """The service's own sessions, to look at what it stored."""
        return self.parts.sessions

    def token(self, *roles: Role, organization: UUID | None = None, subject: str | None = None, **changes: Any) -> str:
        """A signed token; ``changes`` replace claims."""
        who = (roles, organization or self.organization, subject or f"{roles[0]}-1")
        if not changes and who in self.tokens:
            return self.tokens[who]
        claims = claims_for(list(roles), *who[1:], seconds=3600)
        signed = sign({**claims, **changes}, self.keyring)
        if not changes:
            self.tokens[who] = signed
        return signed

    def as_(
        self,
        *roles: Role,
        organization: UUID | None = None,
        now: datetime | str | None = None,
        subject: str | None = None,
        **changes: Any,
    ) -> httpx.AsyncClient:
        """A client with a token for these roles; ``now`` is the simulated time of its requests."""
        token = self.token(*roles, organization=organization, subject=subject, **changes)
        headers = {"Authorization": f"Bearer {token}"}
        if now is not None:
            headers["Careweave-Now"] = now if isinstance(now, str) else now.isoformat()
        return self.anonymous(headers)

    def anonymous(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        """A client without a token."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=True),
            base_url="http://test",
            headers=headers,
        )
        self.clients.append(client)
        return client


@dataclass
class Pair:
    """Both services, wired to each other."""

    coordination: Api
    monitoring: Api


def settings_for(service: str, keyring: keys.Keyring, **changes: Any) -> Settings:
    """Development settings of a service whose peer and issuer are in process."""
    values: dict[str, Any] = {
        "service": service,
        "production": False,
        "database_url": "unused",
        "issuer_url": ISSUER_URL,
        "audience": "careweave",
        "peer_url": URLS[PEER[service]],
        "client_id": service,
        "client_secret": keyring.clients[service],
        "pool": 10,
        "pooler": False,
        "max_body": 16 * 1024 * 1024,
        "metrics_token": None,
    }
    return Settings(**{**values, **changes})


class Switch(httpx.AsyncBaseTransport):
    """Sends each request to the app its host names; the network between the two services."""

    def __init__(self) -> None:
        self.apps: dict[str, FastAPI] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await httpx.ASGITransport(self.apps[request.url.host]).handle_async_request(request)


@asynccontextmanager
async def pair_of(sessions: dict[str, Sessions], folder: Path) -> AsyncIterator[Pair]:
    """Both services over the given databases."""
    addresses.FOLDER = folder
    keys.FOLDER = folder  # type: ignore[attr-defined]
    keyring = keys.load(folder)
    issuing = httpx.AsyncClient(transport=httpx.ASGITransport(issuer.create_app()))
    switch = Switch()
    between = httpx.AsyncClient(transport=switch)
    apis = {}
    for service, create in CREATE.items():
        parts = Parts(sessions[service], issuing, between)
        app = create(settings_for(service, keyring), parts)
        switch.apps[service] = app
        apis[service] = Api(app, parts, keyring)
    yield Pair(apis["coordination"], apis["monitoring"])
    for client in (issuing, between, *apis["coordination"].clients, *apis["monitoring"].clients):
        await client.aclose()


def epoch(seconds: float = 0) -> int:
    """Unix time from now, for claims."""
    return int(time.time() + seconds)


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, str(answer.json().get("code"))


__all__: Sequence[str] = ("Api", "Pair", "Switch", "epoch", "pair_of", "problem", "settings_for")
