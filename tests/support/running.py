"""Both services as real processes on loopback, for tests that kill, cut and outwait them."""

import asyncio
import functools
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from deploy.local import keys
from deploy.local.signing import claims_for, sign
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.warm import Copy, warm

SERVICES = ("coordination", "monitoring")
_PATIENCE = 120.0


@functools.cache
def certificates() -> ssl.SSLContext:
    """What clients trust, read once: reading it takes longer than many requests over loopback."""
    return httpx.create_ssl_context()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Running:
    """Addresses and processes; only processes started here are ever ended, by their id."""

    folder: Path
    databases: dict[str, str]
    ports: dict[str, int]
    keyring: keys.Keyring
    organization: UUID = field(default_factory=uuid4)
    processes: dict[str, subprocess.Popen[bytes] | Copy] = field(default_factory=dict)
    peer_ports: dict[str, int] = field(default_factory=dict)
    workers: int = 1
    copied: bool = True
    _before: dict[str, int] = field(default_factory=dict)

    def url(self, name: str) -> str:
        """The address of a process."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def environment(self, service: str) -> dict[str, str]:
        """What a service's processes are told."""
        peer = next(name for name in SERVICES if name != service)
        return {
            **os.environ,
            "CAREWEAVE_FOLDER": str(self.folder),
            "ISSUER_URL": self.url("issuer"),
            "ISSUER_PORT": str(self.ports["issuer"]),
            f"{service.upper()}_DATABASE_URL": self.databases.get(service, "postgresql://none/none"),
            f"{peer.upper()}_URL": f"http://127.0.0.1:{self.peer_ports.get(peer, self.ports[peer])}",
            "SERVICE_CLIENT_ID": service,
            "SERVICE_CLIENT_SECRET": self.keyring.clients[service],
        }

    def start(self, name: str) -> None:
        """Start a service (``coordination``), its worker (``coordination-worker``) or the ``issuer``."""
        if name == "issuer":
            command, environment = ["deploy.local.issuer"], self.environment("coordination")
        elif name.endswith("-worker"):
            service = name.removesuffix("-worker")
            command, environment = [f"services.{service}.worker"], self.environment(service)
        else:
            app = f"services.{name}.app:create"
            options = ["--factory", "--port", str(self.ports[name]), "--log-level", "warning", "--no-access-log"]
            if self.workers > 1:
                options += ["--workers", str(self.workers)]
            command, environment = ["uvicorn", app, *options], self.environment(name)
        log = self.folder / f"{name}.log"
        log.touch()
        self._before[name] = self._beginnings(name)
        self.processes[name] = self._process(name, command, environment, log)

    def _process(
        self, name: str, command: list[str], environment: dict[str, str], log: Path
    ) -> subprocess.Popen[bytes] | Copy:
        # uvicorn starts its own workers anew.
        if self.copied and self.workers == 1:
            return warm().start(command, environment, log)
        with log.open("ab") as stream:
            return subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=stream, stderr=stream)

    async def ready(self, name: str) -> None:
        """Wait until a process answers."""
        path = "/livez" if name == "issuer" else "/readyz"
        async with httpx.AsyncClient(timeout=2, verify=certificates()) as client, asyncio.timeout(_PATIENCE):
            while True:
                try:
                    if (await client.get(self.url(name) + path)).status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)

    async def working(self, name: str) -> None:
        """Wait until the worker started last says that it begins: before that there is nothing to kill it in."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                if self._beginnings(name) > self._before[name]:
                    return
                await asyncio.sleep(0.02)

    def _beginnings(self, name: str) -> int:
        return (self.folder / f"{name}.log").read_text().count("worker.started")

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """End one process and give its exit code."""
        process = self.processes.pop(name)
        process.send_signal(number)
        return process.wait(timeout=_PATIENCE)

    def client(self, service: str, *roles: Role, now: str | None = None) -> httpx.AsyncClient:
        """A client of a service with a token for these roles."""
        claims = claims_for(list(roles), self.organization, f"{roles[0]}-1", seconds=3600)
        claims["iss"] = self.url("issuer")
        headers = {"Authorization": f"Bearer {sign(claims, self.keyring)}"}
        if now is not None:
            headers["Careweave-Now"] = now
        return httpx.AsyncClient(base_url=self.url(service), headers=headers, timeout=20, verify=certificates())


@asynccontextmanager
async def running(
    server: postgres.Server, folder: Path, *names: str, workers: int = 1, copied: bool = True
) -> AsyncIterator[Running]:
    """Databases of their own and the named processes; everything started is ended.

    Without ``copied`` each begins as from the command line: what is measured must not share memory with a copy.
    """
    databases = {service: await postgres.clone(server, service) for service in SERVICES}
    ports = {name: free_port() for name in (*SERVICES, "issuer")}
    found = Running(folder, databases, ports, keys.load(folder), workers=workers, copied=copied)
    try:
        for name in ("issuer", *names):
            found.start(name)
        for name in ("issuer", *(name for name in names if not name.endswith("-worker"))):
            await found.ready(name)
        yield found
    finally:
        for name in list(found.processes):
            found.kill(name, signal.SIGTERM)
