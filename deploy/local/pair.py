"""What `make run` runs: the programs of the pair with their settings, and the databases they need."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local import databases, keys, postgres
from deploy.local.addresses import Addresses, port
from deploy.local.databases import SERVICES, Database
from deploy.local.examples import catalogue
from deploy.local.processes import Program
from deploy.local.trouble import Trouble

PEER = {"coordination": "monitoring", "monitoring": "coordination"}
MIGRATION_SECONDS = 300


def programs(found: Sequence[Database], at: Addresses, folder: Path) -> list[Program]:
    """Issuer (unless ISSUER_URL names another), services and workers, in the order they are started."""
    started = [] if own_issuer() else [Program("issuer", ("deploy.local.issuer",), {}, f"{at.issuer}/livez")]
    clients = {} if own_issuer() else keys.load(folder).clients
    for database in found:
        name = database.service
        environment = {
            f"{name.upper()}_DATABASE_URL": database.url,
            f"{PEER[name].upper()}_URL": getattr(at, PEER[name]),
            "ISSUER_URL": at.issuer,
            "PYTHONUNBUFFERED": "1",
            "EXAMPLES_FILE": str((folder / catalogue.FILE).absolute()),
        }
        if name in clients:
            environment |= {"SERVICE_CLIENT_ID": name, "SERVICE_CLIENT_SECRET": clients[name]}
        started.append(Program(name, _uvicorn(name), environment, f"{getattr(at, name)}/readyz"))
        started.append(Program(f"{name}-worker", (f"services.{name}.worker",), environment))
    return started


def own_issuer() -> bool:
    """Whether the user brings an OpenID Connect issuer."""
    return bool(os.environ.get("ISSUER_URL"))


def _uvicorn(service: str) -> tuple[str, ...]:
    where = ("--host", "127.0.0.1", "--port", str(port(service)))
    quiet = ("--no-access-log", "--no-server-header", "--log-level", "warning", "--timeout-graceful-shutdown", "4")
    return ("uvicorn", f"services.{service}.app:create", "--factory", *where, *quiet)


def find_databases(server: postgres.Embedded | None) -> list[Database]:
    """Each service's database: the one the environment names, or one on the embedded server, made when missing.

    Raises:
        Trouble: an external one does not answer or is too old.
    """
    found = []
    for service in SERVICES:
        database = databases.external(service)
        if database is not None:
            databases.check_reachable(database)
        elif server is not None:
            database = asyncio.run(databases.prepare(server, service))
        if database is not None:
            found.append(database)
    return found


def needs_embedded() -> bool:
    """Whether any service has no database of the user's own."""
    return any(databases.external(service) is None for service in SERVICES)


def behind(found: Sequence[Database]) -> list[Database]:
    """Those that are not at the newest version yet, or whose service has not been granted what it needs there."""
    return [database for database in found if not asyncio.run(databases.is_newest(database))]


def migrate(found: Sequence[Database]) -> None:
    """Bring all to the newest version at the same time, each by its owner, and grant its service what it needs.

    Raises:
        Trouble: with the end of what the migration said.
    """
    running = [(database.service, _start_migration(database)) for database in found]
    try:
        for service, process in running:
            said, _ = process.communicate(timeout=MIGRATION_SECONDS)
            if process.returncode != 0:
                last = "\n".join(said.strip().splitlines()[-6:])
                raise Trouble(f"The database of {service} could not be migrated. It said:\n{last}")
    finally:
        for _, process in running:
            if process.poll() is None:
                process.terminate()


def _start_migration(database: Database) -> subprocess.Popen[str]:
    # The address goes by the environment: a command line, with a password in it, is everybody's to read.
    return subprocess.Popen(
        [sys.executable, "-m", "shared.db.migrate", database.service, "--role", database.role],
        env={**os.environ, "MIGRATION_DATABASE_URL": database.migration_url, "TYPER_STANDARD_TRACEBACK": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
