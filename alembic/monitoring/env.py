"""Runs the migrations of monitoring under an advisory lock, so that two at once both succeed."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.monitoring.store.base import Row
from shared.db.kernel import include_object, kernel
from shared.db.webhooks import tables

_LOCK = 0x63617265


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=[kernel, tables, Row.metadata],
        include_object=include_object,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        context.run_migrations()


async def main() -> None:
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(main())
