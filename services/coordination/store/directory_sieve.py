"""What the database leaves out before the domain judges: never anybody whom the domain would find eligible."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, or_, select

from services.coordination.domain.distances import Box
from services.coordination.store.specialists import SpecialistRow
from shared.db.base import Session, organization

Found = Any
"""A row of :data:`COLUMNS`."""
_S = SpecialistRow
# Documents come as text: most are never read, for only the first candidates are put into words.
_DOCUMENTS = (_S.coverages, _S.prices, _S.sites)
COLUMNS = (
    _S.id, _S.name, _S.specialty, _S.gender, _S.languages, _S.interpreter, _S.modalities, _S.min_age, _S.max_age,
    _S.networks, _S.capacity, _S.capacity_as_of, _S.sent_before, _S.closed_before,
    *(cast(document, Text).label(document.key) for document in _DOCUMENTS),
)  # fmt: skip


OUTLINE = (_S.id, _S.name, _S.specialty, _S.networks, cast(_S.prices, Text).label(_S.prices.key))
"""As much of an entry as where it may rank is decided by: most that pass are never judged."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Who may pass; an empty or absent part lets everybody through. ``payers``, ``tongues`` and ``networks`` are keys.

    ``box`` is where a site must lie, unless the entry's sites have no place or it may see the patient ``by_video``.
    """

    specialties: Sequence[str] = ()
    payers: Sequence[str] = ()
    age: int | None = None
    tongues: Sequence[str] = ()
    modalities: Sequence[str] = ()
    box: Box | None = None
    by_video: bool = True
    gender: str | None = None
    networks: Sequence[str] = ()
    avoid: Sequence[UUID] = ()


async def sift(tx: Session, sieve: Sieve) -> Sequence[Found]:
    """Active entries that may be eligible, in no order; each has what an offer is made of."""
    query = select(*COLUMNS).where(_S.organization_id == organization(tx), _S.retired_at.is_(None))
    return (await tx.execute(query.where(*_conditions(sieve)))).all()


async def outlines(tx: Session, sieve: Sieve) -> Sequence[Found]:
    """The same entries, in no order, with the columns of :data:`OUTLINE` only."""
    query = select(*OUTLINE).where(_S.organization_id == organization(tx), _S.retired_at.is_(None))
    return (await tx.execute(query.where(*_conditions(sieve)))).all()


async def these(tx: Session, ids: Sequence[UUID]) -> Sequence[Found]:
    """Entries by id, retired or not, in no order."""
    query = select(*COLUMNS).where(_S.organization_id == organization(tx), _S.id.in_(ids))
    return (await tx.execute(query)).all()


async def one(tx: Session, specialist_id: UUID) -> Found | None:
    """One entry, retired or not, with the same columns."""
    return next(iter(await these(tx, [specialist_id])), None)


async def after(tx: Session, last: UUID | None, *, limit: int) -> Sequence[Found]:
    """Active entries in the order they were told, past the one of ``last``."""
    query = select(*COLUMNS).where(_S.organization_id == organization(tx), _S.retired_at.is_(None))
    if last is not None:
        query = query.where(_S.id > last)
    return (await tx.execute(query.order_by(_S.id).limit(limit))).all()


async def first(tx: Session, specialties: Sequence[str], *, limit: int) -> Sequence[Found]:
    """Active entries by name, those of the wanted specialties first: whose exclusion is most worth a reason."""
    query = select(*COLUMNS).where(_S.organization_id == organization(tx), _S.retired_at.is_(None))
    wanted = query.where(_S.specialty.in_(specialties)).order_by(_S.name, _S.id).limit(limit)
    found = list((await tx.execute(wanted)).all())
    if len(found) < limit:
        others = query.where(_S.specialty.not_in(specialties)).order_by(_S.name, _S.id).limit(limit - len(found))
        found += (await tx.execute(others)).all()
    return found


def _conditions(sieve: Sieve) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sieve.specialties:
        found.append(_S.specialty.in_(sieve.specialties))
    if sieve.payers:
        found.append(_S.payer_keys.overlap(sieve.payers))
    if sieve.age is not None:
        found.append(or_(_S.min_age.is_(None), _S.min_age <= sieve.age))
        found.append(or_(_S.max_age.is_(None), _S.max_age >= sieve.age))
    if sieve.tongues:
        found.append(or_(_S.interpreter, _S.tongues.overlap(sieve.tongues)))
    if sieve.modalities:
        found.append(_S.modalities.overlap(sieve.modalities))
    if sieve.gender is not None:
        found.append(or_(_S.gender.is_(None), _S.gender == sieve.gender))
    if sieve.networks:
        found.append(_S.network_keys.overlap(sieve.networks))
    if sieve.avoid:
        found.append(_S.id.not_in(sieve.avoid))
    if sieve.box is not None:
        found.append(_near(sieve.box, by_video=sieve.by_video))
    return found


def _near(box: Box, *, by_video: bool) -> ColumnElement[bool]:
    inside = and_(_S.south <= box.north, _S.north >= box.south)
    if box.west is not None and box.east is not None:
        inside = and_(inside, _S.west <= box.east, _S.east >= box.west)
    near = or_(_S.south.is_(None), inside)
    return or_(_S.modalities.contains(["video"]), near) if by_video else near
