"""The driver's own door, for the few statements every reading passes: rows come as the driver made them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError

from shared.db.base import Session


async def fetch(tx: Session, sql: str, *values: Any) -> list[Any]:
    """Run a statement in this transaction; arrays go as lists, rows come back as tuples with names.

    Raises:
        DBAPIError: as SQLAlchemy would, without the values, which may be a person's.
    """
    with as_sqlalchemy(sql):
        rows: list[Any] = await tx.info["driver"].fetch(sql, *values)
    return rows


@contextmanager
def as_sqlalchemy(sql: str) -> Iterator[None]:
    """The driver's errors as SQLAlchemy raises them."""
    try:
        yield
    except asyncpg.PostgresError as error:
        raise DBAPIError(sql, None, error) from error
    except asyncpg.InterfaceError as error:
        raise InterfaceError(sql, None, error, connection_invalidated=True) from error
