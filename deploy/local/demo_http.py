"""The requests of the demo: each with a key of its own, so that a repeat finds the first answer."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from deploy.local import client
from deploy.local.demo import Organization
from deploy.local.trouble import Trouble
from shared.vocabulary import Role

# On a busy machine a service may refuse for a while; the last wait is two seconds.
ATTEMPTS = 10


@dataclass(slots=True)
class Desk:
    """One clinic's side of the two services. ``anchor`` is the day the demo was first made, part of every key."""

    clinic: Organization
    anchor: str
    http: httpx.AsyncClient
    at: dict[str, str]
    _bearers: dict[Role, dict[str, str]] = field(default_factory=dict)

    async def post(
        self,
        service: str,
        path: str,
        body: Any,
        *,
        role: Role,
        now: datetime,
        key: str | None,
        version: int | None = None,
    ) -> Any:
        """The answer's JSON. ``key`` is None for the few that take none, whose caller looks first what is there.

        Raises:
            Trouble: the service refuses, with its sentence.
        """
        headers = {**self._bearer(role), "Careweave-Now": now.isoformat()}
        if key is not None:
            headers["Idempotency-Key"] = f"demo-{self.anchor}-{self.clinic.key}-{key}"
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return await self._send("POST", f"{self.at[service]}{path}", headers, body)

    async def get(self, service: str, path: str, *, role: Role, now: datetime | None = None) -> Any:
        """The same for reading."""
        headers = self._bearer(role) | ({"Careweave-Now": now.isoformat()} if now else {})
        return await self._send("GET", f"{self.at[service]}{path}", headers, None)

    def _bearer(self, role: Role) -> dict[str, str]:
        if role not in self._bearers:
            self._bearers[role] = client.bearer(role, self.clinic.id)
        return self._bearers[role]

    async def _send(self, method: str, url: str, headers: dict[str, str], body: Any) -> Any:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = await self.http.request(method, url, headers=headers, json=body)
            except httpx.TransportError as error:
                # A service ends connections that nobody used for a while; the key makes a second try harmless.
                if attempt < ATTEMPTS and not isinstance(error, httpx.ConnectError):
                    continue
                raise Trouble(f"{url} stopped answering ({type(error).__name__}).") from None
            if answer.status_code not in (409, 429, 503) or attempt == ATTEMPTS:
                break
            await asyncio.sleep(0.2 * attempt)
        if answer.status_code >= 400:
            raise Trouble(f"The demo data were refused at {method} {url}: {answer.status_code} {answer.text[:600]}")
        return answer.json() if answer.content else None
