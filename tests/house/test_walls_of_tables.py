"""Every table of an organization is walled, with rows of two organizations in it (S32)."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.db.grants import APPEND_ONLY
from shared.db.migrate import HISTORIES
from tests.support import postgres

OURS, THEIRS = uuid4(), uuid4()
TABLES = (
    "SELECT c.relname FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped "
    "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
)
PARTITIONS = (
    "SELECT c.relname FROM pg_class c WHERE c.relispartition AND c.relkind = 'r' "
    "AND c.relnamespace = 'public'::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity) "
    "AND has_table_privilege($1, c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
)
NEEDED = (
    "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
    "WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull "
    "AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = '' AND a.attname <> 'organization_id'"
)
CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'c'"
# A value of each type; the walls do not look at it.
ANY = {
    "uuid": "gen_random_uuid()",
    "text": "md5(random()::text)",
    "varchar": "md5(random()::text)",
    "int2": "1",
    "int4": "1",
    "int8": "1",
    "float4": "1",
    "float8": "1",
    "numeric": "1",
    "bool": "false",
    "date": "current_date",
    "time": "localtime",
    "interval": "interval '1 day'",
    "timestamptz": "now()",
    "jsonb": "'{}'",
    "bytea": r"'\x00'",
}


class Tables:
    """A database of a service: its owner puts rows in past everything but the walls, then its role looks."""

    def __init__(self, owner: asyncpg.Connection, service: str) -> None:
        self.owner, self.role = owner, postgres.app_role(service)

    async def filled(self, table: str) -> None:
        """A row of each of two organizations; what else constrains the table is taken away until the rollback."""
        for row in await self.owner.fetch(CHECKS, table):
            await self.owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row['conname']}")
        for organization in (OURS, THEIRS):
            await self.owner.execute(await self.insertion(table, organization))

    async def insertion(self, table: str, organization: UUID) -> str:
        """The statement that adds a row."""
        needed = await self.owner.fetch(NEEDED, table)
        values = {row["attname"]: "'{}'" if row["typname"].startswith("_") else ANY[row["typname"]] for row in needed}
        values["organization_id"] = f"'{organization}'"
        return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"

    async def seen(self, table: str) -> set[UUID]:
        """Whose rows are seen by somebody of the one organization."""
        return {row[0] for row in await self.owner.fetch(f"SELECT organization_id FROM {table}")}

    async def refused(self, statement: str) -> bool:
        """Whether the wall refuses a statement."""
        try:
            async with self.owner.transaction():
                await self.owner.execute(statement)
        except asyncpg.InsufficientPrivilegeError as error:
            return "row-level security" in str(error)
        except asyncpg.UniqueViolationError:
            # The wall is looked at before any constraint.
            return False
        return False

    async def gaps(self, table: str) -> list[str]:
        """What somebody of the one organization can do to the other's row."""
        await self.filled(table)
        written = await self.insertion(table, THEIRS)
        own = await self.insertion(table, OURS)
        await self.owner.execute(f"SET LOCAL ROLE {self.role}")
        await self.owner.execute("SELECT set_config('app.organization', $1, true)", str(OURS))
        found = []
        if await self.seen(table) != {OURS}:
            found.append("read")
        if not await self.refused(written):
            found.append("insert")
        if await self.refused(own):
            found.append("nothing: its own is refused")
        if table not in APPEND_ONLY:
            theirs = f"{table} SET organization_id = organization_id WHERE organization_id = '{THEIRS}'"
            if await self.owner.execute(f"UPDATE {theirs}") != "UPDATE 0":
                found.append("change")
            if await self.owner.execute(f"DELETE FROM {table} WHERE organization_id = '{THEIRS}'") != "DELETE 0":
                found.append("delete")
            if not await self.refused(f"UPDATE {table} SET organization_id = '{THEIRS}'"):
                found.append("give away")
        await self.owner.execute("SELECT set_config('app.organization', '', true)")
        if await self.seen(table):
            found.append("read without saying who")
        return found


@pytest.fixture
async def tables(request: pytest.FixtureRequest, server: postgres.Server) -> AsyncIterator[Tables]:
    """A database of its own."""
    url = await postgres.clone(server, request.param)
    name = url.rsplit("/", 1)[1].split("?")[0]
    owner = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    yield Tables(owner, request.param)
    await owner.close()


@pytest.mark.parametrize("tables", HISTORIES, indirect=True)
async def test_nobody_reaches_the_rows_of_another_organization(tables: Tables) -> None:
    names = [row["relname"] for row in await tables.owner.fetch(TABLES)]
    assert len(names) > 20
    gaps = {}
    for name in names:
        transaction = tables.owner.transaction()
        await transaction.start()
        # Foreign keys and triggers rest, so that a row needs no other rows.
        await tables.owner.execute("SET LOCAL session_replication_role = replica")
        found = await tables.gaps(name)
        await transaction.rollback()
        if found:
            gaps[name] = found
    assert gaps == {}


@pytest.mark.parametrize("tables", HISTORIES, indirect=True)
async def test_a_partition_is_no_way_around_the_wall_of_its_table(tables: Tables) -> None:
    rows = await tables.owner.fetch(PARTITIONS, tables.role)
    assert [row["relname"] for row in rows] == []


@pytest.mark.parametrize("tables", HISTORIES, indirect=True)
async def test_a_table_without_its_wall_is_noticed(tables: Tables) -> None:
    """The test itself: a wall taken down, and one that looks only at what is read."""
    for statement, expected in (
        ("ALTER TABLE patients DISABLE ROW LEVEL SECURITY", {"read", "insert", "change", "delete", "give away"}),
        ("ALTER POLICY organization ON patients WITH CHECK (true)", {"insert", "give away"}),
    ):
        transaction = tables.owner.transaction()
        await transaction.start()
        await tables.owner.execute("SET LOCAL session_replication_role = replica")
        await tables.owner.execute(statement)
        assert expected <= set(await tables.gaps("patients"))
        await transaction.rollback()
