"""Care sites."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.external_identifiers import Named
from services.coordination.store import named_pages
from services.coordination.store.base import Row
from shared.db.base import Changing, OfOrganization, Session
from shared.kit.problems import NotFound
from shared.kit.searches import NamedSearch


class CareSiteRow(OfOrganization, Changing, Row):
    """A place or organization that gives care."""

    __tablename__ = "care_sites"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
    telephone: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool]

    __table_args__ = (Index("ix_care_sites_listed", "organization_id", "id"),)


async def get(tx: Session, care_site_id: UUID) -> CareSiteRow:
    """One care site; raises NotFound."""
    row = await tx.get(CareSiteRow, care_site_id)
    if row is None:
        raise NotFound("care site")
    return row


async def page(tx: Session, asked: NamedSearch, *, after: UUID | None, limit: int) -> Sequence[CareSiteRow]:
    """Care sites that fit, by id."""
    row = CareSiteRow
    return await named_pages.fitting(tx, row, Named.CARE_SITE, (row.name,), asked, after=after, limit=limit)
