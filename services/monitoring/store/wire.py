"""The driver's own door, for the few statements every reading passes: rows come as the driver made them."""

from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError

from shared.db.base import Session


async def fetch(tx: Session, sql: str, *values: Any) -> list[Any]:
    """Run a statement in this transaction; arrays go as lists, rows come back as tuples with names.

    Raises:
        DBAPIError: as SQLAlchemy would, without the values, which may be a person's.
    """
    connection = await (await tx.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    try:
        rows: list[Any] = await driver.fetch(sql, *values)
    except asyncpg.PostgresError as error:
        raise DBAPIError(sql, None, error) from error
    except asyncpg.InterfaceError as error:
        raise InterfaceError(sql, None, error, connection_invalidated=True) from error
    return rows
