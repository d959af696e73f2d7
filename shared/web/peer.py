"""Calls to the other service: its own token, the originating person, a key, short timeouts, a breaker (F10)."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from shared.kit.clock import utc_now
from shared.kit.problems import Conflict

_TOKEN_SPARE_SECONDS = 60
_LARGEST_ANSWER = 8 * 1024 * 1024
# An older version of the other service may not offer this yet: worth another try after its upgrade (F25).
# A bare conflict is a lost race there, not a refusal.
_NOT_YET = frozenset({"address.unknown", "method.unknown", Conflict.code})


class Unreachable(Exception):
    """No answer worth reading: refused, silent, cut off, overloaded. Worth another try later."""


class Refused(Exception):
    """The other service understood and said no, with its problem's code and sentence."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Breaker:
    """Opens after ``threshold`` failures in a row; half-opens for one call after ``rest`` seconds."""

    threshold: int = 5
    rest: float = 5.0
    failures: int = 0
    opened_at: float | None = None

    def closed(self, now: float) -> bool:
        """Whether a call may go; in the half-open state the first one may, and settles it."""
        if self.opened_at is None:
            return True
        if now - self.opened_at >= self.rest:
            self.opened_at = now
            return True
        return False

    def note(self, *, ok: bool, now: float) -> None:
        """Count an outcome."""
        if ok:
            self.failures, self.opened_at = 0, None
            return
        self.failures += 1
        if self.failures >= self.threshold:
            self.opened_at = now


@dataclass(slots=True)
class ServiceToken:
    """The calling service's own token, by client credentials, kept until shortly before it ends."""

    issuer: str
    client_id: str
    client_secret: str
    client: httpx.AsyncClient
    _token: str = ""
    _until: float = 0.0

    async def get(self) -> str:
        """A token that holds for a while yet.

        Raises:
            Unreachable: the issuer does not answer.
        """
        if time.monotonic() < self._until:
            return self._token
        try:
            found = await self.client.get(f"{self.issuer}/.well-known/openid-configuration")
            form = {"grant_type": "client_credentials", "scope": "system/*.cruds"}
            endpoint = found.raise_for_status().json()["token_endpoint"]
            answer = await self.client.post(endpoint, data=form, auth=(self.client_id, self.client_secret))
            given = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unreachable(f"token issuer: {type(error).__name__}") from error
        self._token = given["access_token"]
        self._until = time.monotonic() + float(given.get("expires_in", 300)) - _TOKEN_SPARE_SECONDS
        return self._token


@dataclass(slots=True)
class Peer:
    """The other service's public API."""

    base_url: str
    token: ServiceToken
    client: httpx.AsyncClient
    breaker: Breaker = field(default_factory=Breaker)
    silent_since: datetime | None = None

    def apart(self) -> "Peer":
        """The same service with a breaker of its own, so that reads and messages do not rest for each other."""
        return Peer(self.base_url, self.token, self.client, Breaker(threshold=3))

    async def call(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        organization_id: UUID,
        key: UUID | None = None,
        on_behalf_of: str | None = None,
        simulated_now: datetime | None = None,
        patience: float | None = None,
    ) -> Any:
        """The answer's JSON. ``simulated_now`` is only for organizations whose time is simulated.

        ``patience``: for how many seconds at most somebody waits, the token's own way included.

        Raises:
            Unreachable: try again later.
            Refused: it said no; the same request will be refused again.
        """
        if not self.breaker.closed(time.monotonic()):
            raise Unreachable("resting after several failures")
        try:
            async with asyncio.timeout(patience):
                headers = await self._headers(organization_id, key, on_behalf_of, simulated_now)
                answer = await self.client.request(method, f"{self.base_url}{path}", json=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, Unreachable) as error:
            self._note(ok=False)
            raise error if isinstance(error, Unreachable) else Unreachable(type(error).__name__) from error
        self._note(ok=answer.status_code < 500)
        return _read(answer)

    def _note(self, *, ok: bool) -> None:
        self.breaker.note(ok=ok, now=time.monotonic())
        self.silent_since = None if ok else self.silent_since or utc_now()

    async def _headers(
        self, organization_id: UUID, key: UUID | None, person: str | None, now: datetime | None
    ) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {await self.token.get()}",
            "Careweave-Organization": str(organization_id),
        }
        if key is not None:
            headers["Idempotency-Key"] = str(key)
        if person is not None:
            headers["Careweave-On-Behalf-Of"] = person
        if now is not None:
            headers["Careweave-Now"] = now.isoformat()
        return headers


def _read(answer: httpx.Response) -> Any:
    if answer.status_code >= 500 or answer.status_code in (401, 403, 408, 425, 429):
        raise Unreachable(f"answered {answer.status_code}")
    if len(answer.content) > _LARGEST_ANSWER:
        raise Unreachable("answered more than expected")
    try:
        document = answer.json() if answer.content else None
    except ValueError as error:
        raise Unreachable("answered something that is not JSON") from error
    if answer.status_code >= 400:
        problem = document if isinstance(document, dict) else {}
        if problem.get("code") in _NOT_YET or "code" not in problem:
            raise Unreachable(f"answered {answer.status_code} {problem.get('code', 'without a code')}")
        raise Refused(answer.status_code, str(problem.get("code", "")), str(problem.get("detail", ""))[:500])
    return document
