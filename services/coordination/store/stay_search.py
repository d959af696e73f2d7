"""Finding stays the way encounters are searched."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, tuple_

from services.coordination.store.periods import overlaps
from services.coordination.store.stays import StayRow
from shared.db.base import Session, organization
from shared.db.filters import between, identifier_fits
from shared.kit.searches import EncounterSearch


async def page(tx: Session, asked: EncounterSearch, *, after: UUID | None, limit: int) -> Sequence[StayRow]:
    """Stays that fit, by id."""
    row = StayRow
    query = select(row).where(
        row.organization_id == organization(tx),
        *between(row.updated_at, asked.changed),
        *overlaps(row.started_at, row.ended_at, asked),
    )
    if asked.identifiers is not None:
        query = query.where(identifier_fits(row.identifier_system, row.identifier_value, asked.identifiers))
    lists = ((row.id, asked.ids), (row.patient_id, asked.patient_ids), (row.state, asked.states))
    for column, wanted in (*lists, (row.stay_class, asked.classes)):
        if wanted is not None:
            query = query.where(column.in_(wanted))
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()


async def owners(tx: Session, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Which stays carry which of these identifiers."""
    row = StayRow
    columns = (row.identifier_system, row.identifier_value)
    query = select(*columns, row.id).where(row.organization_id == organization(tx), tuple_(*columns).in_(pairs))
    return {(system or "", value or ""): stay_id for system, value, stay_id in await tx.execute(query)}
