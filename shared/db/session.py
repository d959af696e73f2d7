"""The one door to the database: a transaction walled to one organization, committed before the answer."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm import Session as SyncSession

from shared.db import wire
from shared.db.base import Session, Sessions
from shared.kit.log import log
from shared.kit.problems import Conflict, Problem, Unavailable

EVERY = "*"
"""The organization of jobs that tend the outbox and inbox of all; other tables stay closed to it."""

# One round trip for both; what is put in is an id or EVERY, nothing a caller wrote.
_BEGIN = "BEGIN; SELECT set_config('app.organization', '{organization}', true)"
# SQLSTATE classes: serialization and deadlock may be repeated; the rest means the server is not there.
_REPEAT = {"40001", "40P01"}
_TAKEN = "23505"
_FULL = {"53100", "53200", "53300"}
# U+0000 in a text or in JSON.
_UNKEEPABLE = {"22021", "22P05"}
_ROLE = text(
    "SELECT (rolsuper OR rolbypassrls) AND (SELECT count(*) FROM organizations) >= 0 "
    "FROM pg_roles WHERE rolname = current_user"
)


class UnkeepableText(Problem):
    """A text holds U+0000, which PostgreSQL cannot keep."""

    code = "text.unkeepable"
    title = "A text cannot be kept as it is"


class Uncommitted(RuntimeError):
    """What was to be kept was not: a defect, nothing was stored."""


class ReadOnly(RuntimeError):
    """A read's use case tried to write: a defect, never the caller's fault."""


@event.listens_for(SyncSession, "before_flush")
def _no_flush_in_reads(session: SyncSession, _context: Any, _instances: Any) -> None:
    if session.info.get("read_only") and (session.new or session.dirty or session.deleted):
        raise ReadOnly("a read's transaction has unsaved changes")


@event.listens_for(SyncSession, "do_orm_execute")
def _no_write_in_reads(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and state.session.info.get("read_only"):
        raise ReadOnly("a read's transaction was asked to write")


@contextmanager
def known_failures() -> Iterator[None]:
    """Turn what the database may do to anybody into a refusal the caller can act on.

    Raises:
        Unavailable: no connection, all of them in use, server gone, disk full; nothing was stored.
        Conflict: another transaction won; repeating may help.
        UnkeepableText: a text holds U+0000.
    """
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("The service is busy: no connection came free. Nothing was stored; repeat soon.") from error
    except (ConnectionError, OSError) as error:
        raise Unavailable("The database cannot be reached. Nothing was stored; repeat in a few seconds.") from error
    except UnicodeEncodeError as error:
        raise UnkeepableText("A text holds half of a character (a lone surrogate). Send it as Unicode.") from error
    except DBAPIError as error:
        if (refusal := _refusal(error)) is not None:
            raise refusal from error
        raise


def _refusal(error: DBAPIError) -> Problem | None:
    state = getattr(error.orig, "sqlstate", None)
    if state in _FULL:
        return Unavailable("The database has no room left. Nothing was stored; free disk space, then repeat.")
    if error.connection_invalidated or (state or "").startswith(("08", "57P")):
        return Unavailable("The database cannot store this right now. Nothing was stored; repeat in a few seconds.")
    if state in _UNKEEPABLE:
        return UnkeepableText("A text holds the character U+0000. Take it out and send it again.")
    if state == _TAKEN:
        # Use cases look first; this is somebody who was faster between the look and the write.
        log().warning("unique.taken", constraint=getattr(error.orig, "constraint_name", None))
    if state in _REPEAT or state == _TAKEN:
        return Conflict("Somebody changed the same thing at the same moment. Nothing was stored; repeat.")
    return None


async def sees_over_walls(sessions: Sessions) -> bool:
    """Whether this service's role is a superuser or bypasses row-level security (S32).

    Raises:
        Unavailable: the database does not answer, or is not migrated.
    """
    try:
        async with sessions() as tx:
            return bool((await tx.execute(_ROLE)).scalar_one())
    except (SQLAlchemyError, OSError) as error:
        raise Unavailable("The database does not answer, or is not migrated.") from error


@asynccontextmanager
async def transaction(
    sessions: Sessions, organization: UUID | str, *, read_only: bool = False
) -> AsyncIterator[Session]:
    """A transaction walled to one organization (an id, or :data:`EVERY` for the outbox and inbox).

    Commits on leaving, rolls back on any exception. ``read_only`` is the twin for reads.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with known_failures():
        async with sessions() as tx:
            # SQLAlchemy would send BEGIN by itself: it is told that every statement commits, and this is the commit.
            connection = await tx.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
            driver = (await connection.get_raw_connection()).driver_connection
            tx.info.update(organization_id=organization, read_only=read_only, driver=driver)
            try:
                await _run(driver, _BEGIN.format(organization=_said(organization)))
                yield tx
                await tx.flush()
                await _commit(driver)
            except BaseException:
                await asyncio.shield(_undo(connection, driver))
                raise


def _said(organization: UUID | str) -> str:
    return EVERY if organization == EVERY else str(UUID(str(organization)))


async def _run(driver: Any, sql: str) -> str:
    with wire.as_sqlalchemy(sql):
        status: str = await driver.execute(sql)
    return status


async def _commit(driver: Any) -> None:
    # PostgreSQL answers a COMMIT after a failed statement with a rollback, and no error.
    if await _run(driver, "COMMIT") != "COMMIT":
        raise Uncommitted("a statement of this transaction failed and was passed over")


async def _undo(connection: AsyncConnection, driver: Any) -> None:
    """Roll back; a connection on which that is not possible is not used again."""
    try:
        if not driver.is_closed():
            await driver.execute("ROLLBACK")
            return
    except Exception as error:  # noqa: BLE001 - what went wrong first is what has to be told
        log().warning("rollback.failed", error=type(error).__name__)
    await connection.invalidate()
