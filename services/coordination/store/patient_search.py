"""Finding patients the way FHIR searches them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_

from services.coordination.store.patients import IdentifierRow, PatientRow
from shared.db.base import Session, organization
from shared.db.filters import between, identifier_fits, text_fits
from shared.kit.searches import Between, PatientSearch


async def page(tx: Session, asked: PatientSearch, *, after: UUID | None, limit: int) -> Sequence[PatientRow]:
    """Patients that fit, by id."""
    row = PatientRow
    query = select(row).where(row.organization_id == organization(tx), *_named(asked), *_born(asked.born))
    query = query.where(*between(row.updated_at, asked.changed))
    if asked.identifiers is not None:
        fits = identifier_fits(IdentifierRow.system, IdentifierRow.value, asked.identifiers)
        held = select(IdentifierRow.patient_id).where(IdentifierRow.organization_id == organization(tx), fits)
        query = query.where(row.id.in_(held))
    for column, wanted in ((row.id, asked.ids), (row.sex, asked.sexes)):
        if wanted is not None:
            query = query.where(column.in_(wanted))
    if after is not None:
        query = query.where(row.id > after)
    return (await tx.scalars(query.order_by(row.id).limit(limit))).all()


async def owners(tx: Session, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Which patients carry which of these identifiers."""
    row = IdentifierRow
    query = select(row.system, row.value, row.patient_id).where(
        row.organization_id == organization(tx), tuple_(row.system, row.value).in_(pairs)
    )
    return {(system, value): patient_id for system, value, patient_id in await tx.execute(query)}


def _named(asked: PatientSearch) -> list[ColumnElement[bool]]:
    row = PatientRow
    found: list[ColumnElement[bool]] = []
    if asked.name is not None:
        found.append(or_(text_fits(row.family, asked.name), text_fits(row.given, asked.name)))
    pairs: tuple[tuple[Any, Any], ...] = ((row.family, asked.family), (row.given, asked.given))
    return found + [text_fits(column, text) for column, text in pairs if text is not None]


def _born(asked: Between) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.start is not None:
        found.append(PatientRow.birth_date >= _first_whole_day(asked.start))
    if asked.end is not None:
        found.append(PatientRow.birth_date < _first_whole_day(asked.end))
    return found


def _first_whole_day(moment: datetime) -> date:
    day = moment.date()
    return day if moment.time() == moment.min.time() else day + timedelta(days=1)
