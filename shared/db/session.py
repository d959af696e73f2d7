"""The one door to the database: a transaction walled to one organization, committed before the answer."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm import Session as SyncSession

from shared.db.base import Session, Sessions
from shared.kit.log import log
from shared.kit.problems import Conflict, Problem, Unavailable

EVERY = "*"
"""The organization of jobs that tend the outbox and inbox of all; other tables stay closed to it."""

# Handed to the driver as it is: compiling it anew for each request would cost more than running it.
_WALL = "SELECT set_config('app.organization', $1, true)"
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
        Unavailable: no connection, server gone, disk full; nothing was stored.
        Conflict: another transaction won; repeating may help.
        UnkeepableText: a text holds U+0000.
    """
    try:
        yield
    except (PoolTimeout, ConnectionError, OSError) as error:
        raise Unavailable("The database cannot be reached. Nothing was stored; repeat in a few seconds.") from error
    except UnicodeEncodeError as error:
        raise UnkeepableText("A text holds half of a character (a lone surrogate). Send it as Unicode.") from error
    except DBAPIError as error:
        if (refusal := _refusal(error)) is not None:
            raise refusal from error
        raise


def _refusal(error: DBAPIError) -> Problem | None:
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or state in _FULL or (state or "").startswith(("08", "57P")):
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
        async with sessions() as tx, tx.begin():
            tx.info["organization_id"] = organization
            tx.info["read_only"] = read_only
            await (await tx.connection()).exec_driver_sql(_WALL, (str(organization),))
            yield tx
