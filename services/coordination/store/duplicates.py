"""Records that may be of one person: looked up by birth date and by name, and pairs that were told apart."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, PrimaryKeyConstraint, Text, or_, select, tuple_, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from services.coordination.store.patients import PatientRow
from shared.db.base import INSTANT, OfOrganization, Session, organization


class DistinctionRow(OfOrganization, Row):
    """Two records that somebody found to be of two people; ``lesser`` is the smaller id."""

    __tablename__ = "patient_distinctions"

    lesser: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    greater: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    reason: Mapped[str] = mapped_column(Text)
    told_by: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime] = mapped_column(INSTANT)

    __table_args__ = (PrimaryKeyConstraint("organization_id", "lesser", "greater"),)


async def walk(tx: Session, *, after: UUID | None, limit: int) -> Sequence[PatientRow]:
    """Records that stand for themselves, by id."""
    query = select(PatientRow).where(PatientRow.organization_id == organization(tx), PatientRow.merged_into.is_(None))
    if after is not None:
        query = query.where(PatientRow.id > after)
    return (await tx.scalars(query.order_by(PatientRow.id).limit(limit))).all()


async def near(
    tx: Session, born: Collection[date], names: Collection[tuple[str, str]], *, most: int
) -> Sequence[PatientRow]:
    """Records that stand for themselves with one of the birth dates, or one of the pairs of names as they are sorted.

    No more than ``most``, the oldest: a date that stands for an unknown one is on many. Two index scans; the
    organization is named so that both begin with it.
    """
    mine = PatientRow.organization_id == organization(tx)
    of = (PatientRow.birth_date.in_(born), tuple_(PatientRow.family_key, PatientRow.given_key).in_(names))
    found = union(*(select(PatientRow.id).where(mine, one) for one in of)).subquery()
    query = select(PatientRow).where(mine, PatientRow.id.in_(select(found.c.id)), PatientRow.merged_into.is_(None))
    return (await tx.scalars(query.order_by(PatientRow.id).limit(most))).all()


async def apart(tx: Session, ids: Iterable[UUID]) -> set[frozenset[UUID]]:
    """The pairs with one of these records that were told apart."""
    row, listed = DistinctionRow, list(ids)
    query = select(row.lesser, row.greater).where(
        row.organization_id == organization(tx), or_(row.lesser.in_(listed), row.greater.in_(listed))
    )
    return {frozenset(pair) for pair in await tx.execute(query)}


async def tell_apart(tx: Session, one: UUID, other: UUID, **told: Any) -> bool:
    """Keep that two records are of two people; False when that is on record."""
    lesser, greater = sorted((one, other))
    values = {"organization_id": organization(tx), "lesser": lesser, "greater": greater, **told}
    made = await tx.scalar(
        insert(DistinctionRow).values(values).on_conflict_do_nothing().returning(DistinctionRow.lesser)
    )
    return made is not None
