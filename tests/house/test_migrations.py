"""Two histories, one head each; models and migrations agree; walls stand on every table of an organization (S32)."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from deploy.local import pair
from deploy.local.databases import Database, is_newest
from shared.db import grants
from shared.db.migrate import HISTORIES, config
from tests.support import postgres


@pytest.mark.parametrize("history", HISTORIES)
def test_one_head(history: str) -> None:
    script = ScriptDirectory.from_config(config(history, "postgresql+asyncpg://nobody@/none"))
    assert len(script.get_heads()) == 1


@pytest.mark.parametrize("history", HISTORIES)
def test_models_and_migrations_agree(history: str, server: postgres.Server) -> None:
    command.check(config(history, server.url(postgres.template_name(history))))


@pytest.mark.parametrize("history", HISTORIES)
async def test_every_table_of_an_organization_is_walled(history: str, databases: dict[str, str]) -> None:
    connection = await asyncpg.connect(databases[history].replace("+asyncpg", ""))
    rows = await connection.fetch(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS walled FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' "
        "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace "
        "AND has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
    )
    await connection.close()
    assert len(rows) >= 3
    assert [row["relname"] for row in rows if not row["walled"]] == []


@pytest.mark.parametrize("history", HISTORIES)
async def test_the_role_owns_nothing_and_cannot_rewrite_the_audit_trail(
    history: str, databases: dict[str, str]
) -> None:
    connection = await asyncpg.connect(databases[history].replace("+asyncpg", ""))
    role = await connection.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    owned = await connection.fetchval("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
    for statement in ("UPDATE audit SET action = ''", "DELETE FROM audit", "CREATE TABLE mine (id int)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()
    assert dict(role) == {"rolsuper": False, "rolbypassrls": False, "rolcreatedb": False}
    assert owned == 0


@pytest.mark.parametrize("history", HISTORIES)
async def test_a_service_cannot_enter_the_other_services_database(history: str, databases: dict[str, str]) -> None:
    other = next(name for name in HISTORIES if name != history)
    stranger = databases[history].replace(f"careweave_{history}", f"careweave_{other}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(stranger.replace("+asyncpg", ""))


@pytest.mark.parametrize("history", HISTORIES)
async def test_a_start_migrates_what_is_not_at_the_newest_version_or_lacks_its_grants(
    history: str, server: postgres.Server
) -> None:
    script = ScriptDirectory.from_config(config(history, "postgresql+asyncpg://nobody@/none"))
    assert grants.newest(history) == script.get_current_head()
    url = await postgres.clone(server, history)
    migrated = Database(history, url, server.url(str(make_url(url).database)))
    assert await is_newest(migrated)
    assert not await is_newest(Database(history, url.replace(f"careweave_{history}", "other"), migrated.migration_url))
    await postgres.execute(migrated.migration_url, "UPDATE alembic_version SET version_num = '0001'")
    assert not await is_newest(migrated)
    await postgres.execute(
        migrated.migration_url, f"UPDATE alembic_version SET version_num = '{grants.newest(history)}'"
    )
    assert await is_newest(migrated)
    await postgres.execute(migrated.migration_url, "COMMENT ON TABLE alembic_version IS NULL")
    assert not await is_newest(migrated)
    await postgres.execute(migrated.migration_url, "DROP TABLE alembic_version")
    assert not await is_newest(migrated)


def test_a_start_brings_an_empty_database_to_the_newest_version(server: postgres.Server) -> None:
    name, role = f"empty_{uuid4().hex[:12]}", postgres.app_role("monitoring")
    asyncio.run(postgres.execute(server.url("postgres"), f"CREATE DATABASE {name}"))
    empty = Database("monitoring", server.url(name, role), server.url(name))
    assert pair.behind([empty]) == [empty]
    pair.migrate([empty])
    assert pair.behind([empty]) == []
