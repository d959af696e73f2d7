"""The directory's rows, and the loop-closure record of each specialist."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.matching_checks import primary
from services.coordination.domain.offers import key_of
from services.coordination.domain.specialists import NotOnce
from services.coordination.store.base import Row
from services.coordination.store.care_sites import CareSiteRow
from services.coordination.store.practitioners import PractitionerRow
from services.coordination.store.referrals import ReferralRow
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound


class SpecialistRow(OfOrganization, Changing, Row):
    """Coverages, prices and sites are documents: they are read and replaced whole. Amounts in them are strings.

    What matching sifts by is kept beside them: payers, networks and languages as keys, and the box of degrees in which
    the sites lie; it is open where a site has no place.
    """

    __tablename__ = "specialists"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    of_person: Mapped[bool] = mapped_column(default=False)
    practitioner_id: Mapped[UUID | None] = mapped_column(ForeignKey(PractitionerRow.id))
    care_site_id: Mapped[UUID | None] = mapped_column(ForeignKey(CareSiteRow.id))
    name: Mapped[str] = mapped_column(Text)
    organization_name: Mapped[str] = mapped_column(Text)
    specialty: Mapped[str] = mapped_column(Text)
    npi: Mapped[str | None] = mapped_column(Text)
    telephone: Mapped[str | None] = mapped_column(Text)
    gender: Mapped[str | None] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    interpreter: Mapped[bool]
    modalities: Mapped[list[str]] = mapped_column(ARRAY(Text))
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    coverages: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    prices: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    sites: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    networks: Mapped[list[str]] = mapped_column(ARRAY(Text))
    payer_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    network_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    tongues: Mapped[list[str]] = mapped_column(ARRAY(Text))
    south: Mapped[float | None]
    north: Mapped[float | None]
    west: Mapped[float | None]
    east: Mapped[float | None]
    capacity: Mapped[int | None]
    capacity_as_of: Mapped[datetime | None] = mapped_column(INSTANT)
    sent_before: Mapped[int]
    closed_before: Mapped[int]
    user_subject: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None] = mapped_column(INSTANT)

    __table_args__ = (
        Index("ix_specialists_name", "organization_id", "name", "id"),
        Index("ix_specialists_listed", "organization_id", "of_person", "id"),
        Index("ix_specialists_specialty", "organization_id", "specialty", "name", "id"),
        Index("ix_specialists_active", "organization_id", "specialty", postgresql_where=text("retired_at IS NULL")),
        Index("uq_specialists_npi", "organization_id", "npi", unique=True, postgresql_where=text("npi IS NOT NULL")),
        Index(
            "ix_specialists_user",
            "organization_id",
            "user_subject",
            postgresql_where=text("user_subject IS NOT NULL"),
        ),
    )


@dataclass(frozen=True, slots=True)
class DirectoryFilter:
    """What to show of the directory; None shows all."""

    specialty: str | None = None
    language: str | None = None
    modality: str | None = None
    payer: str | None = None
    name: str | None = None
    retired: bool | None = False
    user_subject: str | None = None


async def get(tx: Session, specialist_id: UUID, *, lock: bool = False) -> SpecialistRow:
    """One entry.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(SpecialistRow).where(
        SpecialistRow.organization_id == organization(tx), SpecialistRow.id == specialist_id
    )
    row = await tx.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("specialist")
    return row


async def save(tx: Session, row: SpecialistRow) -> None:
    """Write a new or changed entry.

    Raises:
        NotOnce: another entry has the NPI.
    """
    _index(row)
    tx.add(row)
    try:
        await tx.flush()
    except IntegrityError as error:
        if "uq_specialists_npi" not in str(error.orig):
            raise
        raise NotOnce("Another entry has this NPI. Change that one, or leave the NPI out here.") from error


def _index(row: SpecialistRow) -> None:
    row.payer_keys = sorted({key_of(cover["payer"]) for cover in row.coverages})
    row.network_keys = sorted({key_of(name) for name in row.networks})
    row.tongues = sorted({primary(tag) for tag in row.languages})
    places = [(float(site["latitude"]), float(site["longitude"])) for site in row.sites if site["latitude"] is not None]
    row.south = row.north = row.west = row.east = None
    if places and len(places) == len(row.sites):
        row.south, row.north = min(place[0] for place in places), max(place[0] for place in places)
        row.west, row.east = min(place[1] for place in places), max(place[1] for place in places)


async def names(tx: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of several entries."""
    query = select(SpecialistRow.id, SpecialistRow.name).where(
        SpecialistRow.organization_id == organization(tx), SpecialistRow.id.in_(list(ids))
    )
    return {row.id: row.name for row in await tx.execute(query)}


async def of_user(tx: Session, subject: str) -> list[UUID]:
    """The entries whose own account is ``subject``."""
    query = select(SpecialistRow.id).where(
        SpecialistRow.organization_id == organization(tx), SpecialistRow.user_subject == subject
    )
    return list(await tx.scalars(query))


async def page(
    tx: Session, wanted: DirectoryFilter, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[SpecialistRow]:
    """Entries by name and id, past the row of ``after``."""
    query = select(SpecialistRow).where(*_conditions(tx, wanted))
    if after is not None:
        name, last = after
        same_name = (SpecialistRow.name == name) & (SpecialistRow.id > last)
        query = query.where((SpecialistRow.name > name) | same_name)
    return (await tx.scalars(query.order_by(SpecialistRow.name, SpecialistRow.id).limit(limit))).all()


def _conditions(tx: Session, wanted: DirectoryFilter) -> list[ColumnElement[bool]]:
    found = [SpecialistRow.organization_id == organization(tx)]
    for name in ("specialty", "user_subject"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(getattr(SpecialistRow, name) == value)
    if wanted.language is not None:
        found.append(SpecialistRow.languages.contains([wanted.language]))
    if wanted.modality is not None:
        found.append(SpecialistRow.modalities.contains([wanted.modality]))
    if wanted.payer is not None:
        found.append(SpecialistRow.coverages.contains([{"payer": wanted.payer}]))
    if wanted.name is not None:
        found.append(SpecialistRow.name.icontains(wanted.name, autoescape=True))
    if wanted.retired is not None:
        retired = SpecialistRow.retired_at.is_not(None)
        found.append(retired if wanted.retired else ~retired)
    return found


async def loops(tx: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Referrals sent and loops closed (not waived) through Careweave, per specialist."""
    closed = ReferralRow.closed_at.is_not(None) & ReferralRow.waived_at.is_(None)
    query = (
        select(ReferralRow.specialist_id, func.count(), func.count().filter(closed))
        .where(
            ReferralRow.organization_id == organization(tx),
            ReferralRow.specialist_id.in_(list(ids)),
            ReferralRow.sent_at.is_not(None),
        )
        .group_by(ReferralRow.specialist_id)
    )
    return {specialist: (sent, done) for specialist, sent, done in await tx.execute(query)}
