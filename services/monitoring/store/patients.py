"""Patients and their identifiers."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Text, Uuid, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.db.turns import take_turn
from shared.kit.problems import NotFound


class PatientRow(OfOrganization, Changing, Row):
    """The little that monitoring keeps of a person; readings and alerts are locked through this row."""

    __tablename__ = "patients"
    __table_args__ = (Index("uq_patients_coordination_id", "organization_id", "coordination_id", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    coordination_id: Mapped[UUID | None] = mapped_column(Uuid)
    source_version: Mapped[int]
    family: Mapped[str] = mapped_column(Text)
    given: Mapped[str] = mapped_column(Text)
    birth_date: Mapped[date]
    sex: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    deceased_at: Mapped[datetime | None] = mapped_column(INSTANT)


class IdentifierRow(OfOrganization, Row):
    """A business identifier belongs to one patient of an organization."""

    __tablename__ = "patient_identifiers"
    __table_args__ = (
        PrimaryKeyConstraint("organization_id", "system", "value"),
        Index("ix_patient_identifiers_patient_id", "patient_id"),
    )

    system: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))


Pair = tuple[str, str]


async def get(tx: Session, patient_id: UUID) -> PatientRow:
    """The patient; raises NotFound."""
    row = await tx.get(PatientRow, patient_id)
    if row is None:
        raise NotFound("patient")
    return row


async def get_for_update(tx: Session, patient_id: UUID) -> PatientRow:
    """The patient, locked against every other change of theirs until the end; raises NotFound."""
    row = await tx.get(PatientRow, patient_id, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise NotFound("patient")
    return row


async def several(tx: Session, patient_ids: Iterable[UUID]) -> dict[UUID, PatientRow]:
    """Patients by id."""
    rows = await tx.scalars(select(PatientRow).where(PatientRow.id.in_(list(patient_ids))))
    return {row.id: row for row in rows}


async def one_at_a_time(tx: Session, coordination_id: UUID) -> None:
    """Wait for any other transaction that is about to make the patient of this id."""
    await take_turn(tx, f"patient:{coordination_id}")


async def by_coordination_id(tx: Session, coordination_id: UUID) -> PatientRow | None:
    """The patient coordination knows under this id, locked."""
    query = select(PatientRow).where(PatientRow.coordination_id == coordination_id)
    return await tx.scalar(query.with_for_update(key_share=True))


async def by_identifiers(tx: Session, pairs: Iterable[Pair]) -> list[UUID]:
    """The distinct patients who hold any of these identifiers."""
    return sorted(set((await owners(tx, pairs)).values()))


async def owners(tx: Session, pairs: Iterable[Pair]) -> dict[Pair, UUID]:
    """Who holds which of these identifiers."""
    wanted = list(pairs)
    if not wanted:
        return {}
    columns = (IdentifierRow.system, IdentifierRow.value, IdentifierRow.patient_id)
    rows = await tx.execute(select(*columns).where(tuple_(IdentifierRow.system, IdentifierRow.value).in_(wanted)))
    return {(system, value): patient_id for system, value, patient_id in rows}


async def identifiers(tx: Session, patient_id: UUID) -> Sequence[IdentifierRow]:
    """A patient's identifiers in a stable order."""
    query = select(IdentifierRow).where(IdentifierRow.patient_id == patient_id)
    return (await tx.scalars(query.order_by(IdentifierRow.system, IdentifierRow.value))).all()


async def add_identifiers(tx: Session, patient_id: UUID, pairs: Iterable[Pair]) -> list[Pair]:
    """Give identifiers to a patient; returns those that another row already holds."""
    wanted = sorted(set(pairs))
    if not wanted:
        return []
    rows = [
        {"organization_id": organization(tx), "system": system, "value": value, "patient_id": patient_id}
        for system, value in wanted
    ]
    added = await tx.execute(
        insert(IdentifierRow).values(rows).on_conflict_do_nothing().returning(IdentifierRow.system, IdentifierRow.value)
    )
    given = {(system, value) for system, value in added}
    return [pair for pair in wanted if pair not in given]


async def page(
    tx: Session, *, pair: Pair | None, coordination_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[PatientRow]:
    """Patients by id, optionally the one with an identifier or coordination's id."""
    query = select(PatientRow).order_by(PatientRow.id).limit(limit)
    if pair is not None:
        held = select(IdentifierRow.patient_id).where(IdentifierRow.system == pair[0], IdentifierRow.value == pair[1])
        query = query.where(PatientRow.id.in_(held))
    if coordination_id is not None:
        query = query.where(PatientRow.coordination_id == coordination_id)
    if after is not None:
        query = query.where(PatientRow.id > after)
    return (await tx.scalars(query)).all()


async def identifiers_of(tx: Session, patient_ids: Iterable[UUID]) -> dict[UUID, list[IdentifierRow]]:
    """The identifiers of several patients at once."""
    found: dict[UUID, list[IdentifierRow]] = {}
    query = select(IdentifierRow).where(IdentifierRow.patient_id.in_(list(patient_ids)))
    for row in await tx.scalars(query.order_by(IdentifierRow.system, IdentifierRow.value)):
        found.setdefault(row.patient_id, []).append(row)
    return found
