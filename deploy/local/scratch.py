"""An embedded server that is gone afterwards, for tools that need an empty database."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import databases, postgres
from deploy.local.databases import SERVICES, Database


@contextmanager
def scratch_databases() -> Iterator[dict[str, Database]]:
    """An empty database for each service, with its owner and role."""
    folder = Path(tempfile.mkdtemp(prefix="careweave-scratch-"))
    try:
        server = postgres.start(folder / "pg", settings=postgres.FORGETFUL)
        try:
            yield {service: asyncio.run(databases.prepare(server, service)) for service in SERVICES}
        finally:
            server.stop()
    finally:
        postgres.wipe(folder / "pg")
        shutil.rmtree(folder, ignore_errors=True)
