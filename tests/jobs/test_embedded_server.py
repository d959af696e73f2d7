"""The embedded PostgreSQL survives what happens to laptops: kills, stale locks, a second start (F6)."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local import databases, postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own folder: only its owner may enter that, and PostgreSQL runs as another user for root.
    made = Path(tempfile.mkdtemp(prefix="careweave-embedded-"))
    made.chmod(0o755)
    yield made / "pg"
    running = postgres.running(made / "pg")
    if running is not None:
        running.stop()
    postgres.wipe(made / "pg")
    shutil.rmtree(made)


async def asked(server: postgres.Embedded, statement: str) -> object:
    connection = await asyncpg.connect(server.url("postgres", driver="postgresql"))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_committed_data_survive_a_kill_of_the_server(folder: Path) -> None:
    server = postgres.start(folder)
    await asked(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(server.pid, signal.SIGKILL)
    again = postgres.start(folder)
    assert again.pid != server.pid
    assert await asked(again, "SELECT answer FROM kept") == 42


async def test_a_lock_whose_process_id_another_program_has_by_now_is_no_obstacle(folder: Path) -> None:
    server = postgres.start(folder)
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    assert await asked(postgres.start(folder), "SELECT 1") == 1


async def test_a_second_start_finds_the_running_server(folder: Path) -> None:
    assert not postgres.is_up(folder)
    first = postgres.start(folder)
    assert postgres.start(folder) == first
    assert postgres.is_up(folder)
    first.stop()
    assert postgres.running(folder) is None


async def test_each_service_gets_a_role_that_may_enter_its_own_database_only(folder: Path) -> None:
    server = postgres.start(folder)
    for _ in range(2):
        mine = await databases.prepare(server, "coordination")
        await databases.prepare(server, "monitoring")
    connection = await asyncpg.connect(mine.url.replace("+asyncpg", ""))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine (id int)")
    role = await connection.fetchrow("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    await connection.close()
    assert tuple(role) == (False, False)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(server.url("monitoring", mine.role, driver="postgresql"))
