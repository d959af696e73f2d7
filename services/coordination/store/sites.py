"""Sites that specialists share. A specialist's own document holds a copy of each, which follows its changes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, PrimaryKeyConstraint, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.external_identifiers import Named
from services.coordination.store import named_pages
from services.coordination.store.base import Row
from services.coordination.store.specialists import SpecialistRow
from shared.db.base import Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound
from shared.kit.searches import NamedSearch

_DEGREES = Numeric(9, 6)


class SiteRow(OfOrganization, Changing, Row):
    """Where patients are seen; decimal degrees (WGS 84)."""

    __tablename__ = "sites"

    id: Mapped[UUID] = mapped_column(Uuid)
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    latitude: Mapped[Decimal | None] = mapped_column(_DEGREES)
    longitude: Mapped[Decimal | None] = mapped_column(_DEGREES)
    time_zone: Mapped[str] = mapped_column(Text)
    telephone: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool]
    holidays: Mapped[str | None] = mapped_column(Text)
    closures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    off_hours: Mapped[str | None] = mapped_column(Text)

    # Whoever keeps the directory tells a site's id: two organizations may tell the same.
    __table_args__ = (PrimaryKeyConstraint("organization_id", "id"),)


async def get(tx: Session, site_id: UUID, *, lock: bool = False) -> SiteRow:
    """One site; raises NotFound."""
    row = await find(tx, site_id, lock=lock)
    if row is None:
        raise NotFound("site")
    return row


async def find(tx: Session, site_id: UUID, *, lock: bool = False) -> SiteRow | None:
    """One site, if it is there."""
    query = select(SiteRow).where(SiteRow.organization_id == organization(tx), SiteRow.id == site_id)
    found: SiteRow | None = await tx.scalar(query.with_for_update() if lock else query)
    return found


async def of_ids(tx: Session, ids: Iterable[UUID]) -> dict[UUID, SiteRow]:
    """Many sites by id."""
    query = select(SiteRow).where(SiteRow.organization_id == organization(tx), SiteRow.id.in_(list(ids)))
    return {row.id: row for row in await tx.scalars(query)}


async def page(tx: Session, asked: NamedSearch, *, after: UUID | None, limit: int) -> Sequence[SiteRow]:
    """Sites that fit, by id."""
    row = SiteRow
    return await named_pages.fitting(tx, row, Named.SITE, (row.name,), asked, after=after, limit=limit)


async def whose(tx: Session, site_id: UUID) -> Sequence[SpecialistRow]:
    """The specialists who see patients at a site, locked."""
    row = SpecialistRow
    query = select(row).where(row.organization_id == organization(tx), row.sites.contains([{"id": str(site_id)}]))
    return (await tx.scalars(query.order_by(row.id).with_for_update())).all()
