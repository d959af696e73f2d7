"""Patients and the identifiers by which others know them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Text, delete, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound

Key = tuple[str, str]
# Byte order, so that a keyset and a prefix search both run on the plain index.
_SORTED = Text(collation="C")


class PatientRow(OfOrganization, Changing, Row):
    """A patient; ``family_key`` and ``given_key`` are the names as they are searched and sorted."""

    __tablename__ = "patients"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    family: Mapped[str] = mapped_column(Text)
    given: Mapped[str] = mapped_column(Text)
    family_key: Mapped[str] = mapped_column(_SORTED)
    given_key: Mapped[str] = mapped_column(_SORTED)
    birth_date: Mapped[date]
    sex: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    interpreter_needed: Mapped[bool]
    time_zone: Mapped[str] = mapped_column(Text)
    telecom: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    address: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    coverage: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    primary_care: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    deceased_at: Mapped[datetime | None] = mapped_column(INSTANT)
    monitored: Mapped[bool]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("patients.id"))
    merged_at: Mapped[datetime | None] = mapped_column(INSTANT)

    __table_args__ = (
        Index("ix_patients_names", "organization_id", "family_key", "given_key", "id"),
        Index("ix_patients_given", "organization_id", "given_key"),
        Index("ix_patients_birth_date", "organization_id", "birth_date"),
        Index("ix_patients_merged", "organization_id", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    )


class IdentifierRow(OfOrganization, Row):
    """One identifier: at most one patient of an organization carries it."""

    __tablename__ = "patient_identifiers"

    system: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))

    __table_args__ = (
        PrimaryKeyConstraint("organization_id", "system", "value"),
        Index("ix_patient_identifiers_patient_id", "patient_id"),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; None looks at all. ``name`` begins the family or the given name, in any case of letters."""

    identifier: Key | None = None
    name: str | None = None
    family: str | None = None
    given: str | None = None
    birth_date: date | None = None


def key_of(name: str) -> str:
    """A name as it is searched and sorted."""
    return " ".join(name.casefold().split())


async def one_person(tx: Session, patient_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """By record every record of the same person: the one it was merged into, and those merged into that."""
    row, mine = PatientRow, PatientRow.organization_id == organization(tx)
    asked = select(row.id, row.merged_into).where(mine, row.id.in_(list(patient_ids)))
    stands = {found.id: found.merged_into or found.id for found in await tx.execute(asked)}
    merged = select(row.id, row.merged_into).where(mine, row.merged_into.in_(set(stands.values())))
    together: dict[UUID, set[UUID]] = {standing: {standing} for standing in stands.values()}
    for found in await tx.execute(merged):
        together[found.merged_into].add(found.id)
    return {patient_id: together[standing] for patient_id, standing in stands.items()}


async def get(tx: Session, patient_id: UUID) -> PatientRow:
    """One patient.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await tx.get(PatientRow, patient_id)
    if row is None:
        raise NotFound("patient")
    return row


async def of_ids(tx: Session, ids: Iterable[UUID]) -> dict[UUID, PatientRow]:
    """Many patients by id."""
    query = select(PatientRow).where(PatientRow.organization_id == organization(tx), PatientRow.id.in_(list(ids)))
    return {row.id: row for row in await tx.scalars(query)}


async def who_died(tx: Session, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these patients whose death is on record."""
    row = PatientRow
    mine = row.organization_id == organization(tx), row.id.in_(list(ids)), row.deceased_at.is_not(None)
    return frozenset((await tx.scalars(select(row.id).where(*mine))).all())


async def get_for_update(tx: Session, patient_id: UUID) -> PatientRow:
    """One patient, locked: whoever opens needs for them waits here.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(PatientRow).where(PatientRow.id == patient_id).with_for_update(key_share=True)
    row = await tx.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("patient")
    return row


async def claim_identifiers(tx: Session, patient_id: UUID, keys: Iterable[Key]) -> list[Key]:
    """Give identifiers to a patient; returns those that belong to somebody else."""
    rows = [
        {"organization_id": organization(tx), "system": system, "value": value, "patient_id": patient_id}
        for system, value in keys
    ]
    if not rows:
        return []
    taken = await tx.execute(
        insert(IdentifierRow).values(rows).on_conflict_do_nothing().returning(IdentifierRow.system, IdentifierRow.value)
    )
    got = {(system, value) for system, value in taken}
    return [(str(row["system"]), str(row["value"])) for row in rows if (row["system"], row["value"]) not in got]


async def release_identifiers(tx: Session, patient_id: UUID, keys: Iterable[Key]) -> None:
    """Take identifiers away from a patient."""
    listed = list(keys)
    if listed:
        await tx.execute(
            delete(IdentifierRow).where(
                IdentifierRow.patient_id == patient_id, tuple_(IdentifierRow.system, IdentifierRow.value).in_(listed)
            )
        )


async def owners_of(tx: Session, keys: Iterable[Key]) -> set[UUID]:
    """The patients who carry any of these identifiers; a merged record's stand for the record that took over."""
    query = (
        select(PatientRow.id, PatientRow.merged_into)
        .join(IdentifierRow, IdentifierRow.patient_id == PatientRow.id)
        .where(
            IdentifierRow.organization_id == organization(tx),
            tuple_(IdentifierRow.system, IdentifierRow.value).in_(list(keys)),
        )
    )
    return {row.merged_into or row.id for row in await tx.execute(query)}


async def follow_merge(tx: Session, ending: UUID, staying: UUID, now: datetime) -> None:
    """Let records that were merged into ``ending`` point to ``staying``: a link leads to a record that goes on."""
    earlier = update(PatientRow).where(PatientRow.organization_id == organization(tx), PatientRow.merged_into == ending)
    await tx.execute(earlier.values(merged_into=staying, updated_at=now, version=PatientRow.version + 1))


async def unfollow_merge(tx: Session, earlier: Iterable[UUID], ending: UUID, now: datetime) -> None:
    """Let records that :func:`follow_merge` made point past ``ending`` point to it again."""
    those = update(PatientRow).where(PatientRow.organization_id == organization(tx), PatientRow.id.in_(list(earlier)))
    await tx.execute(those.values(merged_into=ending, updated_at=now, version=PatientRow.version + 1))


async def page(tx: Session, wanted: Wanted, *, after: tuple[str, str, UUID] | None, limit: int) -> Sequence[PatientRow]:
    """Patients by family name, given name and id, past the row of ``after``."""
    query = select(PatientRow).where(PatientRow.organization_id == organization(tx))
    if wanted.identifier is not None:
        system, value = wanted.identifier
        held = select(IdentifierRow.patient_id).where(
            IdentifierRow.organization_id == organization(tx),
            IdentifierRow.system == system,
            IdentifierRow.value == value,
        )
        query = query.where(PatientRow.id.in_(held))
    for column, prefix in ((PatientRow.family_key, wanted.family), (PatientRow.given_key, wanted.given)):
        if prefix is not None:
            query = query.where(column.startswith(key_of(prefix), autoescape=True))
    if wanted.name is not None:
        begins = key_of(wanted.name)
        names = (PatientRow.family_key, PatientRow.given_key)
        query = query.where(or_(*(column.startswith(begins, autoescape=True) for column in names)))
    if wanted.birth_date is not None:
        query = query.where(PatientRow.birth_date == wanted.birth_date)
    place = tuple_(PatientRow.family_key, PatientRow.given_key, PatientRow.id)
    if after is not None:
        query = query.where(place > after)
    order = (PatientRow.family_key, PatientRow.given_key, PatientRow.id)
    return (await tx.scalars(query.order_by(*order).limit(limit))).all()
