"""Entries of the directory as others find them: by their own names, their practitioner, their sites."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from services.coordination.domain.external_identifiers import Named
from services.coordination.store.external_identifiers import having
from services.coordination.store.specialists import SpecialistRow
from shared.db.base import Session, organization
from shared.db.filters import between, text_fits
from shared.kit.searches import EntrySearch

_Row = SpecialistRow


async def page(tx: Session, asked: EntrySearch, *, after: UUID | None, limit: int) -> Sequence[SpecialistRow]:
    """Entries that fit, by id."""
    query = select(_Row).where(_Row.organization_id == organization(tx), _Row.of_person == asked.of_people)
    query = query.where(*between(_Row.updated_at, asked.changed), *_conditions(tx, asked))
    if after is not None:
        query = query.where(_Row.id > after)
    return (await tx.scalars(query.order_by(_Row.id).limit(limit))).all()


def _conditions(tx: Session, asked: EntrySearch) -> list[ColumnElement[bool]]:
    columns = (
        (_Row.id, asked.ids),
        (_Row.specialty, asked.specialties),
        (_Row.practitioner_id, asked.practitioners),
        (_Row.care_site_id, asked.care_sites),
    )
    found: list[ColumnElement[bool]] = [column.in_(wanted) for column, wanted in columns if wanted is not None]
    if asked.sites is not None:
        found.append(or_(False, *(_Row.sites.contains([{"id": str(site)}]) for site in asked.sites)))
    if asked.identifiers is not None:
        named = having(tx, Named.SPECIALIST, asked.identifiers)
        found.append(or_(_Row.id.in_(named), _Row.npi.in_(asked.npis)))
    if asked.name is not None:
        found.append(text_fits(_Row.name, asked.name))
    if asked.active is not None:
        found.append(_Row.retired_at.is_(None) if asked.active else _Row.retired_at.is_not(None))
    return found
