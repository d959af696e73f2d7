"""``make run`` as a process of its own, with databases of its own on the tests' server."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from sqlalchemy.engine import make_url

from deploy.local import seed
from deploy.local.addresses import PORTS
from deploy.local.databases import SERVICES
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import free_port

_PATIENCE = 300.0
# What whoever presses Ctrl-C is promised (F5), in seconds.
_STOPS_WITHIN = 10.0


class DemoRun:
    """The pair with the demo data, as ``make run`` left it."""

    def __init__(
        self, ports: Mapping[str, int], folder: Path, databases: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        self._ports, self.folder, self.databases, self.environment = ports, folder, databases, dict(environment)
        self._started = _Started(environment, folder)
        self._bearers: dict[Role, str] = {}

    def url(self, name: str) -> str:
        """The address of a service or of the issuer."""
        return f"http://127.0.0.1:{self._ports[name]}"

    async def ready(self) -> None:
        """Wait for its greeting."""
        async with asyncio.timeout(_PATIENCE):
            await self._started.greeting()

    async def again(self, **settings: str) -> tuple[float, str]:
        """Stop it as Ctrl-C does and start it once more; the seconds until it is ready, and what it said."""
        self.stop()
        self.environment |= settings
        began = time.monotonic()
        self._started = _Started(self.environment, self.folder)
        await self.ready()
        return time.monotonic() - began, self._started.said()

    def stop(self) -> None:
        """As Ctrl-C does."""
        self._started.stop()

    async def bearer(self, role: Role) -> str:
        """What Authorize in /docs sends: a token of the development issuer, of the north clinic."""
        if role not in self._bearers:
            async with httpx.AsyncClient(timeout=_PATIENCE) as client:
                answer = await client.post(f"{self.url('issuer')}/dev-token", json={"role": role})
            self._bearers[role] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        return self._bearers[role]


@asynccontextmanager
async def demo_run(server: postgres.Server, folder: Path, **settings: str) -> AsyncIterator[DemoRun]:
    """Start it, wait for the end of the seed, stop it as Ctrl-C does. ``settings`` are variables, such as DEMO=no."""
    ports = {name: free_port() for name in PORTS}
    environment = {**os.environ, "CAREWEAVE_FOLDER": str(folder), **settings}
    environment |= {f"{name.upper()}_PORT": str(port) for name, port in ports.items()}
    databases = {service: await postgres.clone(server, service) for service in SERVICES}
    for service, url in databases.items():
        environment[f"{service.upper()}_DATABASE_URL"] = url
        environment[f"{service.upper()}_MIGRATION_DATABASE_URL"] = server.url(str(make_url(url).database))
    found = DemoRun(ports, folder, databases, environment)
    try:
        await found.ready()
        yield found
    finally:
        found.stop()


class _Started:
    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment, self._folder, self._log = environment, folder, folder / "run.log"
        with self._log.open("wb") as stream:
            command = [sys.executable, "-m", "deploy.local.run"]
            self._process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)

    def said(self) -> str:
        """What it has printed."""
        return self._log.read_text()

    def ready(self) -> bool:
        """Whether it greets, which it does when the seed is complete and the clinics are on the real clock."""
        said = self.said()
        wanted = self._environment.get("DEMO") != "no"
        if self._process.poll() is not None or ("Ready" in said and wanted and not seed.is_seeded(self._folder)):
            raise AssertionError(f"make run did not come to its end:\n{said}")
        return "Ready" in said

    async def greeting(self) -> None:
        """Wait for it."""
        while True:
            if self.ready():
                return
            await asyncio.sleep(0.1)

    def stop(self) -> None:
        """As Ctrl-C does, which is no failure and is soon over."""
        began = time.monotonic()
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(timeout=_PATIENCE)
        took = time.monotonic() - began
        assert (code, took <= _STOPS_WITHIN) == (0, True), (
            f"exit code {code} after {took:.1f} s:\n{self._log.read_text()}"
        )
