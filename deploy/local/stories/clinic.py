"""The pair over HTTP as a clinic at a simulated instant: who asks, at which service, when."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx

from deploy.local.stories.engine import Refused
from shared.vocabulary import Role

Clients = Callable[[Role], httpx.AsyncClient]
"""A client of one service with a token for this role."""

COORDINATION, MONITORING = "coordination", "monitoring"
_ROUNDS = 40
_PAUSE_SECONDS = 0.25


def subject(role: Role) -> str:
    """Who a story's token speaks for."""
    return f"story.{role}"


@dataclass(slots=True)
class Clinic:
    """Both services, for one organization of a story's own."""

    coordination: Clients
    monitoring: Clients
    _clients: dict[tuple[str, Role], httpx.AsyncClient] = field(default_factory=dict)

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        by: Role,
        now: datetime,
        body: Any = None,
        params: dict[str, str] | None = None,
        version: int | None = None,
        keyed: bool = True,
    ) -> Any:
        """The answer's JSON to one request as of ``now`` (aware); a write takes a key of its own where keys are taken.

        Raises:
            Refused: the service answered with a problem.
        """
        headers = {"Careweave-Now": now.isoformat()}
        if method != "GET" and keyed:
            headers["Idempotency-Key"] = str(uuid4())
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = await self._client(service, by).request(method, path, json=body, params=params, headers=headers)
        document: Any = answer.json() if answer.content else {}
        if answer.status_code >= 400:
            raise Refused(f"{answer.status_code} {document.get('code')}: {document.get('detail')}")
        return document

    async def refusal(
        self, service: str, path: str, *, by: Role, now: datetime, body: Any = None, version: int | None = None
    ) -> str:
        """Status and code with which a POST is refused, or ``nothing``."""
        try:
            await self.ask(service, "POST", path, by=by, now=now, body=body or {}, version=version)
        except Refused as refused:
            return str(refused).partition(":")[0]
        return "nothing"

    async def guest(self, path: str, now: datetime, fields: dict[str, str]) -> tuple[int, str]:
        """Status and page for a form that somebody without a token sends to coordination."""
        client = self._client(COORDINATION, Role.COORDINATOR)
        request = client.build_request("POST", path, data=fields, headers={"Careweave-Now": now.isoformat()})
        del request.headers["Authorization"]
        answer = await client.send(request)
        return answer.status_code, answer.text

    async def work(self, now: datetime) -> None:
        """Let time pass to ``now``: clock jobs and relay of both services, until every message has arrived."""
        for _ in range(_ROUNDS):
            moved = 0
            for service in (COORDINATION, MONITORING):
                body = {"now": now.isoformat()}
                run = await self.ask(service, "POST", "/v1/ops/run-jobs", by=Role.SUPERVISOR, now=now, body=body)
                moved += run["done"]["delivered"]
            if not moved and not await self._under_way(now):
                return
            # The running pair's own workers may be carrying the rest.
            await asyncio.sleep(0 if moved else _PAUSE_SECONDS)

    async def drift(self, now: datetime) -> str:
        """What either service should have told the other and has not."""
        await self.work(now)
        found = [
            await self.ask(service, "GET", "/v1/ops/drift", by=Role.SUPERVISOR, now=now)
            for service in (COORDINATION, MONITORING)
        ]
        return ", ".join(
            f"{name} {' + '.join(str(each[name]) for each in found)}" for name in ("drift", "undelivered", "parked")
        )

    async def _under_way(self, now: datetime) -> int:
        waiting = 0
        for service in (COORDINATION, MONITORING):
            path = "/v1/ops/messages?parked=false"
            waiting += len(await self.ask(service, "GET", path, by=Role.SUPERVISOR, now=now))
        return waiting

    def _client(self, service: str, role: Role) -> httpx.AsyncClient:
        make = self.coordination if service == COORDINATION else self.monitoring
        if (service, role) not in self._clients:
            self._clients[service, role] = make(role)
        return self._clients[service, role]

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()
