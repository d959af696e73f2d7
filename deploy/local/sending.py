"""Sends batches of FHIR entries to the services, a few at a time, and counts what they answer."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import orjson

from deploy.local import bundles
from deploy.local.bundles import NotABundle, Part
from deploy.local.tally import Tally, said
from deploy.local.trouble import Trouble

CONNECTIONS = 4
ATTEMPTS = 6
LONGEST_WAIT_SECONDS = 10.0


@dataclass(slots=True)
class Sender:
    """``at`` maps a service to its address, ``taken`` to the resource types its capability statement lists."""

    http: httpx.AsyncClient
    at: Mapping[str, str]
    taken: Mapping[str, frozenset[str]]
    as_of: str | None
    tally: Tally

    async def send_all(self, files: Sequence[Path], done: Callable[[], None]) -> None:
        """Send files in order, four at a time; ``done`` is called after each."""
        waiting = iter(files)

        async def work() -> None:
            for path in waiting:
                await self._send_file(path)
                done()

        await asyncio.gather(*(work() for _ in range(CONNECTIONS)))

    async def _send_file(self, path: Path) -> None:
        try:
            found = bundles.read(path)
        except NotABundle as why:
            self.tally.unread.append((path.name, str(why)))
            return
        anywhere = frozenset().union(*self.taken.values())
        types = Counter(str(entry["resource"].get("resourceType")) for entry in found)
        self.tally.not_taken.update({name: count for name, count in types.items() if name not in anywhere})
        for service, taken in self.taken.items():
            for part in bundles.parts(path.name, service, found, taken):
                await self._send(part)

    async def _send(self, part: Part) -> None:
        answer = await self._answer(part)
        if answer.status_code == 200:
            self.tally.count(part, orjson.loads(answer.content))
            return
        try:
            document = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            document = None
        code, text = said(document, answer.status_code)
        if answer.status_code in (401, 403):
            raise Trouble(f"{part.service} refuses this token ({code}): {text}")
        self.tally.refuse_part(part, code, text)

    async def _answer(self, part: Part) -> httpx.Response:
        """One answer; a service that is away or overloaded is asked again with the same key, so nothing doubles."""
        headers = {"Idempotency-Key": str(uuid4())}
        if self.as_of is not None and part.service == "coordination":
            headers["Careweave-As-Of"] = self.as_of
        wait = 0.5
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = await self.http.post(f"{self.at[part.service]}/fhir/R4", content=part.body, headers=headers)
                if answer.status_code not in (429, 503) or attempt == ATTEMPTS:
                    return answer
                wait = float(answer.headers.get("Retry-After", wait))
            except httpx.TransportError as error:
                if attempt == ATTEMPTS:
                    raise Trouble(f"{part.service} stopped answering ({type(error).__name__}). Repeat later.") from None
            await asyncio.sleep(min(wait, LONGEST_WAIT_SECONDS))
            wait *= 2
        raise AssertionError("unreachable: the last attempt returns or raises")
