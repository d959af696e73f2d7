"""Fixtures every folder shares: one server and template per run, one clone per worker, one organization per test.

What fixtures need is imported in them: the process that only hands out tests to workers then begins at once.
"""

import gc
import importlib.util
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import settings as hypothesis

from shared.kit.log import set_up

if TYPE_CHECKING:
    from shared.db.base import Sessions
    from tests.support import apps, postgres

if importlib.util.find_spec("sniffio") is None:
    # httpx looks for it at every request in process: through all folders, a fiftieth of the time. Now it is known.
    sys.modules["sniffio"] = None  # type: ignore[assignment]

# What is imported and collected stays: looking through it for garbage took a sixth of the time until the first test.
gc.disable()
set_up("tests")
hypothesis.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
hypothesis.load_profile("steady")

# Files that take longest are begun first: a long one at the end would leave all other workers without work.
LONGEST = (
    "system/test_examples.py",
    "system/test_faults.py",
    "system/test_webhooks.py",
    "system/test_stories.py",
    "system/",
    "test_walls.py",
    "test_laws.py",
    "test_law_of",
    "jobs/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by what is known of files; within a file, and among the others, the order stays."""
    items.sort(key=lambda item: _place(item.nodeid))


def pytest_configure() -> None:
    """Ctrl-C ends the run as it does anyway, by a function of our own.

    Of Python's own asyncio would make one anew for each test and fixture, and put it back: a twentieth of the time.
    """
    signal.signal(signal.SIGINT, _interrupted)


def _interrupted(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def pytest_sessionstart(session: pytest.Session) -> None:
    """Each worker imports a share of the files first, so that not all compile the same ones at once."""
    worker = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    given = [Path(each.partition("::")[0]) for each in session.config.args]
    files = sorted({file for each in given for file in (each.rglob("test_*.py") if each.is_dir() else [each])})
    for file in files[int(worker["workerid"][2:]) :: worker["workercount"]]:
        name = ".".join(file.resolve().relative_to(session.config.rootpath).with_suffix("").parts)
        with suppress(Exception):  # collecting it says what is wrong with it
            importlib.import_module(name)


def pytest_collection_finish() -> None:
    """From here on garbage is collected as in the services (``shared.web.app``), of what tests make."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def _place(name: str) -> int:
    return next((place for place, part in enumerate(LONGEST) if part in name), len(LONGEST))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[postgres.Server]":
    """A server of this worker's own: a copy of one that the first worker of the run has made and migrated."""
    from tests.support import postgres

    own = tmp_path_factory.getbasetemp()
    with postgres.server(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) as found:
        yield found


@pytest.fixture(scope="session")
async def databases(server: "postgres.Server") -> dict[str, str]:
    """A database per service, cloned from the migrated template, for this worker."""
    from shared.db.migrate import HISTORIES
    from tests.support import postgres

    return {service: await postgres.clone(server, service) for service in HISTORIES}


@pytest.fixture(scope="session")
async def all_sessions(databases: dict[str, str]) -> "AsyncIterator[dict[str, Sessions]]":
    """Sessions of both services as their least-privilege roles."""
    from shared.db.base import make_engine, make_sessions

    engines = {service: make_engine(url) for service, url in databases.items()}
    yield {service: make_sessions(engine) for service, engine in engines.items()}
    for engine in engines.values():
        await engine.dispose()


@pytest.fixture(scope="session")
async def whole_pair(
    all_sessions: "dict[str, Sessions]", tmp_path_factory: pytest.TempPathFactory
) -> "AsyncIterator[apps.Pair]":
    """Both services, built once per worker."""
    from tests.support import apps

    async with apps.pair_of(all_sessions, tmp_path_factory.mktemp("issuer")) as pair:
        yield pair


@pytest.fixture
async def pair(whole_pair: "apps.Pair") -> "apps.Pair":
    """Both services, speaking for an organization nobody else has: rows of other tests are walled off."""
    organization = uuid4()
    return replace(
        whole_pair,
        coordination=replace(whole_pair.coordination, organization=organization),
        monitoring=replace(whole_pair.monitoring, organization=organization),
    )


@pytest.fixture
async def coordination(pair: "apps.Pair") -> "apps.Api":
    """The coordination service."""
    return pair.coordination


@pytest.fixture
async def monitoring(pair: "apps.Pair") -> "apps.Api":
    """The monitoring service."""
    return pair.monitoring


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real input beside the project; tests that need it skip where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "realdata"
    if not folder.is_dir():
        pytest.skip("no real input beside the project")
    return folder
