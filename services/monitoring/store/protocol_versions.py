"""An organization's own protocol versions; whoever reads a row that is pinned to one brings it along."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from typing import Protocol as Shape
from uuid import UUID

from sqlalchemy import Index, Text, Uuid, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain import pinned
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocol_content import read
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session
from shared.db.turns import take_turn
from shared.kit.problems import NotFound
from shared.vocabulary import ProtocolVersionState

_IN_USE = (ProtocolVersionState.PUBLISHED, ProtocolVersionState.RETIRED)


class ProtocolVersionRow(OfOrganization, Changing, Row):
    """``name`` is unlike every other's. A trigger keeps what is published from being changed or deleted."""

    __tablename__ = "protocol_versions"
    __table_args__ = (
        Index("uq_protocol_versions_name", "key", "name", unique=True),
        Index("uq_protocol_versions_number", "organization_id", "key", "number", unique=True),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    based_on: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_version: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    prescriber: Mapped[str | None] = mapped_column(Text)
    validated_by: Mapped[str | None] = mapped_column(Text)
    validated_at: Mapped[datetime | None] = mapped_column(INSTANT)
    published_by: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(INSTANT)
    retired_by: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None] = mapped_column(INSTANT)
    retired_reason: Mapped[str | None] = mapped_column(Text)


class Pinned(Shape):
    """A row that names a protocol version."""

    @property
    def protocol(self) -> Any: ...

    @property
    def protocol_version(self) -> Any: ...


async def get_by_id(tx: Session, version_id: UUID) -> ProtocolVersionRow:
    """A version by its id; raises NotFound."""
    row = await tx.get(ProtocolVersionRow, version_id)
    if row is None:
        raise NotFound("protocol version")
    return row


async def get(tx: Session, key: str, name: str, *, lock: bool = False) -> ProtocolVersionRow:
    """The version of this name; raises NotFound."""
    query = select(ProtocolVersionRow).where(ProtocolVersionRow.key == key, ProtocolVersionRow.name == name)
    if lock:
        query = query.with_for_update()
    row = await tx.scalar(query, execution_options={"populate_existing": lock})
    if row is None:
        raise NotFound("protocol version")
    if row.state in _IN_USE:
        _keep([row])
    return row


async def of_key(tx: Session, key: str | None = None) -> Sequence[ProtocolVersionRow]:
    """Every own version, optionally of one protocol, oldest first."""
    query = select(ProtocolVersionRow).order_by(ProtocolVersionRow.key, ProtocolVersionRow.number)
    if key is not None:
        query = query.where(ProtocolVersionRow.key == key)
    return (await tx.scalars(query)).all()


async def next_number(tx: Session, key: str) -> int:
    """The number of the next version; two drafts begun at once do not both get it."""
    await take_turn(tx, f"protocol-version:{key}")
    last = await tx.scalar(select(func.max(ProtocolVersionRow.number)).where(ProtocolVersionRow.key == key))
    return (last or 0) + 1


async def newest(tx: Session) -> dict[str, ProtocolVersionRow]:
    """By protocol the organization's version that was published last and is not retired."""
    query = select(ProtocolVersionRow).where(ProtocolVersionRow.state == ProtocolVersionState.PUBLISHED)
    order = (ProtocolVersionRow.published_at, ProtocolVersionRow.number)
    rows = (await tx.scalars(query.order_by(*order))).all()
    _keep(rows)
    return {row.key: row for row in rows}


async def in_use(tx: Session) -> list[Protocol]:
    """The organization's versions that an enrollment may be pinned to; this process has them from now on."""
    rows = (await tx.scalars(select(ProtocolVersionRow).where(ProtocolVersionRow.state.in_(_IN_USE)))).all()
    _keep(rows)
    return [pinned.pinned(row.key, row.name) for row in rows]


async def bring(tx: Session, rows: Iterable[Pinned | None]) -> None:
    """See that this process has every version these rows are pinned to: a look into a dictionary, but for the first."""
    for row in rows:
        if row is not None and row.protocol is not None and not pinned.known(row.protocol, row.protocol_version):
            with tx.no_autoflush:
                found = await tx.scalars(select(ProtocolVersionRow).where(ProtocolVersionRow.state.in_(_IN_USE)))
            _keep(found)
            return


def _keep(rows: Iterable[ProtocolVersionRow]) -> None:
    for row in rows:
        if not pinned.known(row.key, row.name):
            pinned.keep(read(row.key, row.name, row.content))
