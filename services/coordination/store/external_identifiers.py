"""Identifiers of practitioners, care sites, visits, conditions and the directory."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, Select, Text, Uuid, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import OfOrganization, Session, organization
from shared.db.filters import identifier_fits
from shared.kit.searches import IdentifierMatch


class ExternalIdentifierRow(OfOrganization, Row):
    """One identifier of one thing of a kind."""

    __tablename__ = "external_identifiers"

    kind: Mapped[str] = mapped_column(Text)
    system: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[UUID] = mapped_column(Uuid)

    __table_args__ = (
        PrimaryKeyConstraint("organization_id", "kind", "system", "value"),
        Index("ix_external_identifiers_value", "organization_id", "kind", "value"),
    )


async def claim(tx: Session, kind: str, thing_id: UUID, identifiers: Sequence[dict[str, Any]]) -> bool:
    """Give all of these identifiers to a thing; False when one belongs to another thing."""
    rows = [{"organization_id": organization(tx), "kind": kind, "thing_id": thing_id, **one} for one in identifiers]
    if not rows:
        return True
    row = ExternalIdentifierRow
    given = await tx.execute(insert(row).values(rows).on_conflict_do_nothing().returning(row.value))
    return len(given.all()) == len(rows)


async def release(tx: Session, kind: str, thing_id: UUID) -> None:
    """Take all identifiers from a thing."""
    row = ExternalIdentifierRow
    whose = (row.organization_id == organization(tx), row.kind == kind, row.thing_id == thing_id)
    await tx.execute(delete(row).where(*whose))


def having(tx: Session, kind: str, asked: Sequence[IdentifierMatch]) -> Select[UUID]:
    """The things of a kind with any of these identifiers."""
    row = ExternalIdentifierRow
    return select(row.thing_id).where(
        row.organization_id == organization(tx), row.kind == kind, identifier_fits(row.system, row.value, asked)
    )


async def owners(tx: Session, kind: str, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Which things of a kind carry which of these identifiers."""
    row = ExternalIdentifierRow
    found = await tx.execute(
        select(row.system, row.value, row.thing_id).where(
            row.organization_id == organization(tx), row.kind == kind, tuple_(row.system, row.value).in_(pairs)
        )
    )
    return {(system, value): thing_id for system, value, thing_id in found}
