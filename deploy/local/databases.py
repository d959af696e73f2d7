"""A database for each service, with an owner who migrates and a role who serves and owns nothing (S32)."""

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from sqlalchemy.engine import URL, make_url

from deploy.local.postgres import Embedded
from deploy.local.trouble import Trouble
from shared.db import grants

SERVICES = ("coordination", "monitoring")
OLDEST, NEWEST = 15, 18
_PLAIN = re.compile(r"^[a-z_][a-z0-9_]*$")


@dataclass(frozen=True, slots=True)
class Database:
    """Addresses of one service's database: the service's own and the migrations'. They may hold a password."""

    service: str
    url: str
    migration_url: str

    @property
    def role(self) -> str:
        """The role the service connects as."""
        return make_url(self.url).username or ""


def role_of(service: str) -> str:
    """The role a service connects as."""
    return f"careweave_{service}"


def embedded(server: Embedded, service: str, *, database: str | None = None) -> Database:
    """Addresses of a service's database on the embedded server."""
    name = database or service
    return Database(service, server.url(name, role_of(service)), server.url(name, f"{role_of(service)}_owner"))


async def prepare(server: Embedded, service: str, *, database: str | None = None) -> Database:
    """Make the database and its two roles where they are missing; the service's role may only connect."""
    name = database or service
    role, owner = role_of(service), f"{role_of(service)}_owner"
    if not all(_PLAIN.match(word) for word in (name, role)):
        raise ValueError(f"{name!r} is not a plain database name")
    connection = await asyncpg.connect(server.url("postgres", driver="postgresql"))
    try:
        for each in (owner, role):
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", each):
                await connection.execute(f"CREATE ROLE {each} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f"CREATE DATABASE {name} OWNER {owner}")
        await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {role}")
    finally:
        await connection.close()
    return embedded(server, service, database=database)


def external(service: str, environ: Mapping[str, str] = os.environ) -> Database | None:
    """The database the environment names, or None: ``<SERVICE>_DATABASE_URL`` and, to migrate it,
    ``<SERVICE>_MIGRATION_DATABASE_URL`` (the owner's; without it the service's own address is used).

    Raises:
        Trouble: when the address is not PostgreSQL's.
    """
    name = f"{service.upper()}_DATABASE_URL"
    url = environ.get(name)
    if not url:
        return None
    own = _postgres(name, url)
    name = f"{service.upper()}_MIGRATION_DATABASE_URL"
    return Database(service, own, _postgres(name, environ[name]) if environ.get(name) else own)


def _postgres(name: str, url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in ("postgres", "postgresql"):
        raise Trouble(f"{name} must look like postgresql://role:password@host:5432/database.")
    return f"postgresql+asyncpg://{rest}"


def check_reachable(database: Database) -> str:
    """The server's version, once both addresses of a PostgreSQL of the user's own answer.

    Raises:
        Trouble: it can't be reached, or is older or newer than what Careweave is tested with.
    """
    name = database.service.upper()
    try:
        version = asyncio.run(_version(database.migration_url))
        asyncio.run(_version(database.url))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        shown = make_url(database.url).render_as_string(hide_password=True)
        raise Trouble(f"{name}_DATABASE_URL ({shown}) does not answer: {error}. Check it and start again.") from None
    if not OLDEST <= version // 10_000 <= NEWEST:
        raise Trouble(
            f"{name}_DATABASE_URL leads to PostgreSQL {version // 10_000}; Careweave needs {OLDEST} to {NEWEST}."
        )
    return f"{version // 10_000}.{version % 10_000}"


async def _version(url: str) -> int:
    plain: URL = make_url(url).set(drivername="postgresql")
    connection = await asyncpg.connect(plain.render_as_string(hide_password=False), timeout=5)
    try:
        return int(await connection.fetchval("SHOW server_version_num"))
    finally:
        await connection.close()


async def is_newest(database: Database) -> bool:
    """Whether its migrations are all applied and its service may do what it needs to."""
    plain = make_url(database.migration_url).set(drivername="postgresql")
    connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
    try:
        found = await connection.fetch(grants.STANDING)
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    return [tuple(row) for row in found] == [grants.standing(database.service, database.role)]


async def to_real_clock(database: Database, organizations: Sequence[UUID]) -> None:
    """Tell a service that the time of these organizations is no longer simulated."""
    plain = make_url(database.migration_url).set(drivername="postgresql")
    connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
    try:
        await connection.execute("UPDATE organizations SET simulated = false WHERE id = ANY($1)", list(organizations))
    finally:
        await connection.close()
