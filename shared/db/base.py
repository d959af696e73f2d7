"""What every table shares: names, the organization it belongs to, and the version clients see as an ETag."""

import importlib
import pkgutil
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import DateTime, MetaData, Uuid
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.ids import new_id

Session = AsyncSession
Sessions = async_sessionmaker[AsyncSession]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
INSTANT = DateTime(timezone=True)
# A prepared statement is planned once a connection. Left to itself PostgreSQL planned the statements of the hot path
# anew each time: 0.5 to 1.1 ms for what runs in 0.1.
_PLANS = {"plan_cache_mode": "force_generic_plan", "jit": "off"}


def new_metadata() -> MetaData:
    """Metadata with one naming convention, so that migrations and models agree on every constraint."""
    return MetaData(naming_convention=NAMES)


class OfOrganization:
    """A row of one organization; row-level security walls it (see :mod:`shared.db.migrate`)."""

    organization_id: Mapped[UUID] = mapped_column(Uuid)


class Changing:
    """A row that changes in place; ``version`` is what If-Match names."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


def know_tables(package: str, folders: Iterable[str]) -> None:
    """Import every module of a store, so that a process which needs one table can resolve foreign keys to all."""
    for found in pkgutil.iter_modules(folders):
        importlib.import_module(f"{package}.{found.name}")


def make_engine(url: str, *, pool: int = 10, pooler: bool = False) -> AsyncEngine:
    """An engine for asyncpg. ``pooler`` is for PgBouncer in transaction mode: no statement may be kept.

    A request waits at most 2 s for a connection, then answers 503 (F16).
    """
    kept: dict[str, object] = {"server_settings": _PLANS}
    if pooler:
        kept = {
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": lambda: f"s_{new_id()}",
        }
    # hide_parameters: an error's text would otherwise quote a person's row into the log (L11).
    return create_async_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=2,
        # The connection used last is warm: its plans are made, its pages in the cache of the processor.
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args=kept,
        json_serializer=_json,
        json_deserializer=orjson.loads,
    )


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def make_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions whose objects stay readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=True)


def organization(tx: Session) -> UUID:
    """The organization this transaction is walled to."""
    value: UUID = tx.info["organization_id"]
    return value
