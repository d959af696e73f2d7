"""Pages of what has a name and identifiers of its own: practitioners, care sites, sites."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import or_, select

from services.coordination.domain.external_identifiers import Named
from services.coordination.store.external_identifiers import having
from shared.db.base import Session, organization
from shared.db.filters import between, text_fits
from shared.kit.searches import NamedSearch

Found = TypeVar("Found")


async def fitting(
    tx: Session,
    kind: type[Found],
    named: Named,
    names: Sequence[Any],
    asked: NamedSearch,
    *,
    after: UUID | None,
    limit: int,
) -> Sequence[Found]:
    """Rows of a kind that fit, by id; ``names`` are the columns in any of which a name may stand."""
    row: Any = kind
    query = select(kind).where(row.organization_id == organization(tx), *between(row.updated_at, asked.changed))
    if asked.ids is not None:
        query = query.where(row.id.in_(asked.ids))
    if asked.identifiers is not None:
        query = query.where(row.id.in_(having(tx, named, asked.identifiers)))
    if asked.name is not None:
        query = query.where(or_(*(text_fits(name, asked.name) for name in names)))
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()
