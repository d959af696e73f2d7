"""What every noun known by others' identifiers shares: its first columns, and claiming the identifiers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.coordination.domain.external_identifiers import IdentifierTaken, Named
from services.coordination.store import external_identifiers as store
from shared.contracts.people import Identifier
from shared.db.base import Session, organization
from shared.kit.ids import new_id


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


async def rename(
    tx: Session, kind: Named, thing_id: UUID, before: Sequence[dict[str, Any]], identifiers: Sequence[Identifier]
) -> list[dict[str, Any]]:
    """Give a thing other identifiers than ``before``; answers them as its row keeps them.

    Raises:
        IdentifierTaken: one of them belongs to another thing of this kind.
    """
    told = [one.model_dump() for one in identifiers]
    if told != before:
        await store.release(tx, kind, thing_id)
        await claim(tx, kind, thing_id, told)
    return told


async def owners(tx: Session, kind: Named, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Which things of a kind carry which of these identifiers."""
    return await store.owners(tx, kind, pairs)
