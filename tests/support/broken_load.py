"""A first load of the demo data that is killed again and again, and what was there whenever it came to its end."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.local import seed
from deploy.local.demo import NORTH
from deploy.local.demo_http import Desk
from deploy.local.demo_journal import FILE as JOURNAL
from deploy.local.demo_journal import Journal
from deploy.local.examples import catalogue
from deploy.local.files import write_whole
from deploy.local.trouble import Trouble
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.demo_run import DemoRun, demo_run

# After so many more requests the load is killed: among the patients, the discharges, the readings, the examples.
KILLED_AFTER = (60, 150, 400)
PATHS: Mapping[str, tuple[str, str]] = {
    "patients": ("coordination", "/v1/patients?limit=200"),
    "specialists": ("coordination", "/v1/specialists?limit=200"),
    "retired": ("coordination", "/v1/specialists?limit=200&retired=true"),
    "stays": ("coordination", "/v1/stays?limit=200"),
    "teams": ("coordination", "/v1/teams?limit=200"),
    "enrollments": ("monitoring", "/v1/enrollments?limit=200"),
}
Found = Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Ended:
    """How one load ended: its exit code, whether the data count as loaded, and what it said."""

    code: int
    whole: bool
    said: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The pair once a load has finished what was broken off, and what was seen on the way there."""

    run: DemoRun
    # What the examples said of a clinic without demo data.
    before: str
    ended: tuple[Ended, ...]
    # The north clinic after the load that came to its end, and after the one that came to it once more.
    found: Found
    again: Found


@asynccontextmanager
async def broken_load(server: postgres.Server, folder: Path) -> AsyncIterator[Broken]:
    """`make run` without data, `make seed` killed after each of KILLED_AFTER, then to its end, twice."""
    async with demo_run(server, folder, DEMO="no") as run:
        before = await _of_examples(run, folder)
        ended = [
            await asyncio.to_thread(_load, run.environment, folder, _asked(folder) + more if more else None)
            for more in (*KILLED_AFTER, None)
        ]
        found = await _listed(run)
        # A kill after the last example was made, before that was written down.
        (folder / catalogue.FILE).unlink()
        mark = folder / seed.MARK
        write_whole(mark, json.dumps({**json.loads(mark.read_text()), "done": False}))
        ended.append(await asyncio.to_thread(_load, run.environment, folder, None))
        yield Broken(run, before, tuple(ended), found, await _listed(run))


def _asked(folder: Path) -> int:
    """How many requests the load has kept before sending them."""
    path = folder / JOURNAL
    return len(path.read_text().splitlines()) if path.exists() else 0


def _load(environment: Mapping[str, str], folder: Path, until: int | None) -> Ended:
    """`make seed` until it has asked for so much, when it is killed; or to its end."""
    command = [sys.executable, "-m", "deploy.local.seed"]
    with (folder / "load.log").open("wb") as stream:
        running = subprocess.Popen(command, env=dict(environment), stdout=stream, stderr=stream)
        while running.poll() is None:
            if until is not None and _asked(folder) >= until:
                running.send_signal(signal.SIGKILL)
            time.sleep(0.02)
    return Ended(running.returncode, seed.is_seeded(folder), (folder / "load.log").read_text())


async def _listed(run: DemoRun) -> Found:
    """What is there to be seen of the north clinic."""
    headers = {"Authorization": await run.bearer(Role.SUPERVISOR)}
    found = {}
    async with httpx.AsyncClient(timeout=60.0) as client:
        for name, (service, path) in PATHS.items():
            answer = await client.get(f"{run.url(service)}{path}", headers=headers)
            found[name] = answer.raise_for_status().json()["items"]
    return found


async def _of_examples(run: DemoRun, folder: Path) -> str:
    """The sentence where what the load leaves is not there for examples to be about."""
    bearers = {Role.SUPERVISOR: {"Authorization": await run.bearer(Role.SUPERVISOR)}}
    at = {service: run.url(service) for service in ("coordination", "monitoring")}
    async with httpx.AsyncClient(timeout=60.0) as http:
        desk = Desk(NORTH, "2026-09-04", http, at, Journal(folder / "other"), bearers)
        try:
            await catalogue.keep(desk, folder / "other")
        except Trouble as error:
            return str(error)
    return ""
