"""Finding patients by more than their id."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from services.monitoring.store.patients import IdentifierRow, PatientRow
from shared.db.base import Session
from shared.db.filters import between, identifier_fits, text_fits
from shared.kit.searches import Between, PatientSearch


async def page(tx: Session, asked: PatientSearch, *, after: UUID | None, limit: int) -> Sequence[PatientRow]:
    """Patients that fit, by id."""
    query = select(PatientRow).where(*_conditions(asked)).order_by(PatientRow.id).limit(limit)
    if after is not None:
        query = query.where(PatientRow.id > after)
    return (await tx.scalars(query)).all()


def _conditions(asked: PatientSearch) -> list[ColumnElement[bool]]:
    row = PatientRow
    found = [*between(row.updated_at, asked.changed), *_born(asked.born)]
    if asked.ids is not None:
        found.append(row.id.in_(asked.ids))
    if asked.identifiers is not None:
        fits = identifier_fits(IdentifierRow.system, IdentifierRow.value, asked.identifiers)
        found.append(row.id.in_(select(IdentifierRow.patient_id).where(fits)))
    if asked.sexes is not None:
        found.append(row.sex.in_(asked.sexes))
    if asked.name is not None:
        found.append(or_(text_fits(row.family, asked.name), text_fits(row.given, asked.name)))
    found += [
        text_fits(column, text) for column, text in ((row.family, asked.family), (row.given, asked.given)) if text
    ]
    return found


def _born(asked: Between) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.start is not None:
        found.append(PatientRow.birth_date >= _first_whole_day(asked.start))
    if asked.end is not None:
        found.append(PatientRow.birth_date < _first_whole_day(asked.end))
    return found


def _first_whole_day(moment: datetime) -> object:
    day = moment.date()
    return day if moment.time() == moment.min.time() else day + timedelta(days=1)
