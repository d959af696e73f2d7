"""A durable PostgreSQL and migrated databases for a run; everything is thrown away afterwards."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from deploy.local.postgres import start, wipe
from tests.support import postgres


@asynccontextmanager
async def server() -> AsyncIterator[postgres.Server]:
    """A server that keeps its promises: fsync and synchronous commit on, as in production."""
    with tempfile.TemporaryDirectory(prefix="careweave-bench-") as folder:
        started = start(Path(folder) / "pg", settings={"shared_buffers": "1GB", "max_wal_size": "8GB"})
        try:
            yield postgres.Server(make_url(started.url("postgres")))
        finally:
            started.stop()
            wipe(Path(folder) / "pg")
