"""A real PostgreSQL for tests: TEST_DATABASE_URL, a container where Docker answers, or the embedded one."""

import asyncio
import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import URL, make_url

from deploy.local.postgres import FORGETFUL, Embedded, is_up, start, wipe
from deploy.local.serverfiles import account, home, run_as
from shared.db.migrate import HISTORIES, upgrade

_PREFIX = "careweave-pg-"
_MEMORY = Path("/dev/shm")
_ROOM = 8 * 1024**3
_LONG_OVER = 6 * 60 * 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server of which ``admin`` may create databases and roles."""

    admin: URL

    def url(self, database: str, user: str | None = None) -> str:
        """The address of a database; ``user`` is a role of ours with no password, or the administrator."""
        changed = self.admin.set(database=database)
        if user is not None:
            changed = changed.set(username=user, password=user)
        return changed.render_as_string(hide_password=False)


def app_role(service: str) -> str:
    """The least-privilege role a service connects as."""
    return f"careweave_{service}"


@contextmanager
def server(shared: Path) -> Iterator[Server]:
    """The server to test against, with its templates, stopped afterwards where we started it.

    ``shared`` is a folder of this run that all its workers see.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield from _templated(Server(make_url(given).set(drivername="postgresql+asyncpg")))
    elif _docker_answers():
        yield from _container()
    else:
        yield from _embedded(shared)


def _templated(found: Server) -> Iterator[Server]:
    make_templates(found)
    yield found


def _docker_answers() -> bool:
    return Path("/var/run/docker.sock").exists() and shutil.which("docker") is not None


def _container() -> Iterator[Server]:
    from testcontainers.community.postgres import PostgresContainer

    with PostgresContainer("postgres:18", driver="asyncpg") as container:
        yield from _templated(Server(make_url(container.get_connection_url())))


def _embedded(shared: Path) -> Iterator[Server]:
    folder = _folder()
    with _made_once(shared, folder.name) as made:
        started = _begun(_copied(made, folder / "pg"))
        try:
            yield Server(make_url(started.url("postgres")))
        finally:
            started.stop()
            wipe(folder / "pg")
            shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    """A new folder, in memory where there is room: a database is thousands of files, made, copied and removed."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_MEMORY if _roomy() else None))
    # Root's server runs as somebody else, who must get through.
    folder.chmod(0o711)
    return folder


def _roomy() -> bool:
    if not (_MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)):
        return False
    free = re.search(r"^MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return free is not None and min(int(free[1]) * 1024, shutil.disk_usage(_MEMORY).free) >= _ROOM


def _tidy() -> None:
    """Remove what runs that were killed have left in memory."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        old = time.time() - folder.stat().st_mtime > _LONG_OVER
        if old and folder.stat().st_uid == os.geteuid() and not is_up(folder / "pg"):
            wipe(folder / "pg")
            shutil.rmtree(folder)


def _begun(folder: Path) -> Embedded:
    return start(folder, settings={**FORGETFUL, "max_connections": "300"})


@contextmanager
def _made_once(shared: Path, user: str) -> Iterator[Path]:
    """A server's folder with the templates, made by whichever worker comes first; the last one takes it away.

    To make one takes longer than some workers' tests; a copy takes no time.
    """
    made, users = shared / "pg-made" / "pg", shared / "pg-users"
    with _alone(shared):
        users.mkdir(exist_ok=True)
        (users / user).touch()
        if not (shared / "pg-made" / "whole").exists():
            _tidy()
            made.parent.symlink_to(_folder())
            started = _begun(made)
            try:
                make_templates(Server(make_url(started.url("postgres"))))
            finally:
                started.stop()
            (made.parent / "whole").touch()
    try:
        yield made
    finally:
        with _alone(shared):
            (users / user).unlink()
            if not any(users.iterdir()):
                wipe(made)
                shutil.rmtree(made.parent.resolve())
                made.parent.unlink()


@contextmanager
def _alone(shared: Path) -> Iterator[None]:
    with (shared / "pg.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _copied(made: Path, folder: Path) -> Path:
    who = account()
    to = home(folder, who) / "data"
    done = run_as(who, "cp", "-a", made.resolve() / "data", to)
    assert done.returncode == 0, done.stdout
    return folder


async def execute(url: str, *statements: str) -> None:
    """Run statements outside a transaction, as CREATE DATABASE needs it."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def make_templates(found: Server) -> None:
    """A migrated template database for each service, and its role."""
    for service in HISTORIES:
        role = app_role(service)
        create_role = (
            f"DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD '{role}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        template = template_name(service)
        asyncio.run(
            execute(
                found.url("postgres"),
                create_role,
                f"DROP DATABASE IF EXISTS {template}",
                f"CREATE DATABASE {template}",
                f"REVOKE CONNECT ON DATABASE {template} FROM PUBLIC",
            )
        )
        upgrade(service, found.url(template), role=role)


def template_name(service: str) -> str:
    """The database that clones are made from; workers that share a server of somebody else's have each their own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER") if os.environ.get("TEST_DATABASE_URL") else None
    return f"template_{service}_{worker or 'main'}"


async def clone(found: Server, service: str) -> str:
    """A fresh database; its address for the service's role."""
    name = f"{service}_{uuid4().hex[:12]}"
    role = app_role(service)
    await execute(
        found.url("postgres"),
        f"CREATE DATABASE {name} TEMPLATE {template_name(service)}",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {name} TO {role}",
    )
    return found.url(name, role)
