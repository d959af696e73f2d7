"""Migrations of one service: row walls, the advisory lock, grants for the least-privilege role."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from alembic import command, op
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.grants import grants, note

HISTORIES = ("coordination", "monitoring")
_ROOT = Path(__file__).resolve().parents[2]
_SAYS = "current_setting('app.organization', true)"
# Empty (nobody said who) and '*' (a job) become null, which equals no organization: closed by default.
# In a select of its own it is read once a statement, not once a row.
_OWN = f"organization_id = (SELECT nullif(nullif({_SAYS}, ''), '*')::uuid)"


def wall(table: str, *, open_to_jobs: bool = False) -> None:
    """Force row-level security on a table: a transaction sees its own organization's rows, or none.

    ``open_to_jobs`` also shows all rows to a transaction of every organization (outbox and inbox only).
    """
    rule = _rule(open_to_jobs)
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY organization ON {table} USING ({rule}) WITH CHECK ({rule})")


def rewall() -> None:
    """Give the walls that stand the rule that :func:`wall` writes now."""
    standing = op.get_bind().execute(text("SELECT tablename, qual FROM pg_policies WHERE policyname = 'organization'"))
    for table, rule in standing.all():
        now = _rule(" OR " in rule)
        op.execute(f"ALTER POLICY organization ON {table} USING ({now}) WITH CHECK ({now})")


def _rule(open_to_jobs: bool) -> str:
    return f"(SELECT {_SAYS}) = '*' OR {_OWN}" if open_to_jobs else _OWN


def config(history: str, url: str) -> Config:
    """Alembic's configuration for one service's history."""
    found = Config(str(_ROOT / "alembic" / "alembic.ini"), ini_section=history)
    found.set_main_option("script_location", str(_ROOT / "alembic" / history))
    found.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return found


def upgrade(history: str, url: str, *, role: str | None = None) -> None:
    """Bring a database to the newest version, then grant ``role`` what a service needs, and no more."""
    command.upgrade(config(history, url), "head")
    if role is not None and role != make_url(url).username:
        asyncio.run(_grant(history, url, role))


async def _grant(history: str, url: str, role: str) -> None:
    statements = (*grants(role), note(history, role))
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


def main(
    history: Annotated[str, typer.Argument(help="coordination or monitoring")],
    url: Annotated[str, typer.Option(envvar="MIGRATION_DATABASE_URL", help="database address of the tables' owner")],
    role: Annotated[str | None, typer.Option(help="role the service connects as; gets the grants")] = None,
) -> None:
    """Upgrade one service's database to the newest version."""
    if history not in HISTORIES:
        raise typer.BadParameter(f"one of {', '.join(HISTORIES)}")
    upgrade(history, url, role=role)


if __name__ == "__main__":
    typer.run(main)
