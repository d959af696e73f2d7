"""What every noun known by others' identifiers shares: claiming them, and pages by id."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from services.coordination.domain.external_identifiers import IdentifierTaken, Named
from services.coordination.store import external_identifiers as store
from shared.contracts.base import Page
from shared.contracts.people import Identifier
from shared.db.base import Session, organization
from shared.kit.ids import new_id
from shared.kit.paging import decode_cursor, encode_cursor


class _WithId(Protocol):
    @property
    def id(self) -> Any: ...


R = TypeVar("R", bound=_WithId)
T = TypeVar("T")


def new(tx: Session, identifiers: Sequence[Identifier], *, now: datetime) -> dict[str, Any]:
    """The columns that every new row of these nouns begins with."""
    return {
        "id": new_id(),
        "organization_id": organization(tx),
        "version": 1,
        "created_at": now,
        "updated_at": now,
        "identifiers": [one.model_dump() for one in identifiers],
    }


async def claim(tx: Session, kind: Named, thing_id: UUID, identifiers: Sequence[dict[str, Any]]) -> None:
    """Give a new thing its identifiers.

    Raises:
        IdentifierTaken: one of them belongs to another thing of this kind.
    """
    if not await store.claim(tx, kind, thing_id, identifiers):
        raise IdentifierTaken(kind)


def page_of(rows: Sequence[R], limit: int, read: Callable[[R], T]) -> Page[T]:
    """Up to ``limit`` of ``limit + 1`` rows, and where the next page starts."""
    shown = rows[:limit]
    following = encode_cursor(str(shown[-1].id)) if len(rows) > limit else None
    return Page(items=[read(row) for row in shown], next_cursor=following)


def after(cursor: str | None) -> UUID | None:
    """The id after which a page starts.

    Raises:
        BadCursor: the cursor is not one of ours.
    """
    return UUID(decode_cursor(cursor, 1)[0]) if cursor else None


async def owners(tx: Session, kind: Named, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Which things of a kind carry which of these identifiers."""
    return await store.owners(tx, kind, pairs)
