"""The requests of the demo: each with a key of its own, so that a repeat finds the first answer."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from deploy.local import client
from deploy.local.demo import Organization
from deploy.local.demo_journal import Journal, Request
from deploy.local.trouble import Trouble
from shared.vocabulary import Role

# On a busy machine a service may refuse for a while: for more than a minute it is asked again.
ATTEMPTS = 30
LONGEST_PAUSE = 3.0
_ANEW = "Start it again to go on; where that is refused too, `make reset` wipes what is there and begins anew."


class DemoRefused(Trouble):
    """A service answered that it will not do this; nothing of it was kept."""


@dataclass(slots=True)
class Desk:
    """One clinic's side of the two services. ``anchor`` is the day the demo was first made, part of every key.

    ``journal``: what was asked for before, by this run or by one that was interrupted.
    """

    clinic: Organization
    anchor: str
    http: httpx.AsyncClient
    at: dict[str, str]
    journal: Journal
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

        What was asked for under this key before is asked for again as it was.

        Raises:
            Trouble: the service refuses, with its sentence.
        """
        asked = Request(service, path, body, role, now, version)
        if key is None:
            return await self._ask(asked, {})
        name = self._name(key)
        before = self.journal.get(name)
        if before is not None:
            try:
                return await self._ask(before, {"Idempotency-Key": name})
            except DemoRefused:
                self.journal.forget(name)
        self.journal.keep(name, asked)
        try:
            return await self._ask(asked, {"Idempotency-Key": name})
        except DemoRefused:
            self.journal.forget(name)
            raise

    def asked(self, key: str) -> Request | None:
        """What was asked for under this key before."""
        return self.journal.get(self._name(key))

    def _name(self, key: str) -> str:
        return f"demo-{self.anchor}-{self.clinic.key}-{key}"

    async def _ask(self, asked: Request, headers: dict[str, str]) -> Any:
        headers = headers | self._bearer(asked.role) | {"Careweave-Now": asked.now.isoformat()}
        if asked.version is not None:
            headers["If-Match"] = f'"{asked.version}"'
        return await self._send("POST", f"{self.at[asked.service]}{asked.path}", headers, asked.body)

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
            await asyncio.sleep(min(0.2 * attempt, LONGEST_PAUSE))
        if answer.status_code >= 400:
            said = f"{answer.status_code} {answer.text[:600]}"
            raise DemoRefused(f"The demo data were refused at {method} {url}: {said} {_ANEW}")
        return answer.json() if answer.content else None
