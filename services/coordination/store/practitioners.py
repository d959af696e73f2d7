"""Practitioners."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.external_identifiers import Named
from services.coordination.store import named_pages
from services.coordination.store.base import Row
from shared.db.base import Changing, OfOrganization, Session
from shared.kit.problems import NotFound
from shared.kit.searches import NamedSearch


class PractitionerRow(OfOrganization, Changing, Row):
    """Somebody who cares for patients."""

    __tablename__ = "practitioners"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    family: Mapped[str] = mapped_column(Text)
    given: Mapped[str] = mapped_column(Text)
    sex: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))

    __table_args__ = (Index("ix_practitioners_listed", "organization_id", "id"),)


async def get(tx: Session, practitioner_id: UUID) -> PractitionerRow:
    """One practitioner; raises NotFound."""
    row = await tx.get(PractitionerRow, practitioner_id)
    if row is None:
        raise NotFound("practitioner")
    return row


async def page(tx: Session, asked: NamedSearch, *, after: UUID | None, limit: int) -> Sequence[PractitionerRow]:
    """Practitioners that fit, by id."""
    row = PractitionerRow
    return await named_pages.fitting(
        tx, row, Named.PRACTITIONER, (row.family, row.given), asked, after=after, limit=limit
    )
