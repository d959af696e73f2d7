"""A real PostgreSQL for tests: TEST_DATABASE_URL, a container where Docker answers, or the embedded one."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import URL, make_url

from deploy.local.postgres import FORGETFUL, start, wipe
from shared.db.migrate import HISTORIES, upgrade


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
def server() -> Iterator[Server]:
    """The server to test against, stopped afterwards where we started it."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Server(make_url(given).set(drivername="postgresql+asyncpg"))
    elif _docker_answers():
        yield from _container()
    else:
        yield from _embedded()


def _docker_answers() -> bool:
    return Path("/var/run/docker.sock").exists() and shutil.which("docker") is not None


def _container() -> Iterator[Server]:
    from testcontainers.community.postgres import PostgresContainer

    with PostgresContainer("postgres:18", driver="asyncpg") as container:
        yield Server(make_url(container.get_connection_url()))


def _embedded() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="careweave-pg-"))
    started = start(folder / "pg", settings={**FORGETFUL, "max_connections": "300"})
    try:
        yield Server(make_url(started.url("postgres")))
    finally:
        started.stop()
        wipe(folder / "pg")
        shutil.rmtree(folder, ignore_errors=True)


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
    """The database that clones are made from."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"template_{service}_{worker}"


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
