"""Stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound
from shared.vocabulary import StayClass, StayState


class StayRow(OfOrganization, Changing, Row):
    """A stay; ``plan`` keeps what its discharge chose and why, the needs themselves are rows of their own."""

    __tablename__ = "stays"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    identifier_system: Mapped[str | None] = mapped_column(Text)
    identifier_value: Mapped[str | None] = mapped_column(Text)
    stay_class: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    planned: Mapped[bool]
    planned_for: Mapped[datetime | None] = mapped_column(INSTANT)
    started_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    facility: Mapped[str | None] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    disposition: Mapped[str | None] = mapped_column(Text)
    complexity: Mapped[str | None] = mapped_column(Text)
    diagnoses: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    ended_because: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("organization_id", "identifier_system", "identifier_value"),
        Index("ix_stays_patient", "organization_id", "patient_id", "started_at"),
        Index("ix_stays_listed", "organization_id", "id"),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stays to list; None lists all."""

    patient_id: UUID | None = None
    state: str | None = None


async def get(tx: Session, stay_id: UUID) -> StayRow:
    """One stay.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await tx.get(StayRow, stay_id)
    if row is None:
        raise NotFound("stay")
    return row


async def get_for_update(tx: Session, stay_id: UUID) -> StayRow:
    """One stay, locked.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(StayRow).where(StayRow.id == stay_id).with_for_update(key_share=True)
    row = await tx.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("stay")
    return row


async def claim_identifier(tx: Session, system: str, value: str) -> bool:
    """Whether an identifier is free; whoever asks for the same one at the same moment waits until we are done."""
    key = f"stay {organization(tx)} {system} {value}"
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    return await by_identifier(tx, system, value) is None


async def by_identifier(tx: Session, system: str, value: str) -> StayRow | None:
    """The stay that carries an identifier."""
    return await tx.scalar(
        select(StayRow).where(
            StayRow.organization_id == organization(tx),
            StayRow.identifier_system == system,
            StayRow.identifier_value == value,
        )
    )


async def page(tx: Session, wanted: Wanted, *, after: UUID | None, limit: int) -> Sequence[StayRow]:
    """Stays in the order they were recorded, past the row of ``after``."""
    query = select(StayRow).where(StayRow.organization_id == organization(tx))
    if wanted.patient_id is not None:
        query = query.where(StayRow.patient_id == wanted.patient_id)
    if wanted.state is not None:
        query = query.where(StayRow.state == wanted.state)
    if after is not None:
        query = query.where(StayRow.id > after)
    return (await tx.scalars(query.order_by(StayRow.id).limit(limit))).all()


async def known_of(
    tx: Session, patient_id: UUID, stay_class: StayClass, since: datetime, before: datetime
) -> int | None:
    """Stays of a class that began from ``since`` up to, not at, ``before``; a minimum, for not every hospital tells.

    None where none is on record: that does not say that there was none elsewhere.
    """
    query = select(func.count()).where(
        StayRow.organization_id == organization(tx),
        StayRow.patient_id == patient_id,
        StayRow.stay_class == stay_class,
        StayRow.state.in_([StayState.IN_PROGRESS, StayState.FINISHED]),
        StayRow.started_at >= since,
        StayRow.started_at < before,
    )
    return await tx.scalar(query) or None


async def ended_between(
    tx: Session, patient_id: UUID, since: datetime, until: datetime, dispositions: Sequence[str]
) -> StayRow | None:
    """The last inpatient stay that ended from ``since`` to ``until`` with one of the dispositions and began earlier."""
    query = (
        select(StayRow)
        .where(
            StayRow.organization_id == organization(tx),
            StayRow.patient_id == patient_id,
            StayRow.stay_class == StayClass.INPATIENT,
            StayRow.state == StayState.FINISHED,
            StayRow.ended_at >= since,
            StayRow.ended_at <= until,
            StayRow.started_at < until,
            StayRow.disposition.in_(dispositions),
        )
        .order_by(StayRow.ended_at.desc(), StayRow.id)
        .limit(1)
    )
    return await tx.scalar(query)


async def around(tx: Session, patient_id: UUID, since: datetime, until: datetime) -> Sequence[StayRow]:
    """Stays of a patient that took place, at least in part, between two instants; oldest first."""
    query = select(StayRow).where(
        StayRow.organization_id == organization(tx),
        StayRow.patient_id == patient_id,
        StayRow.state.in_([StayState.IN_PROGRESS, StayState.FINISHED]),
        StayRow.started_at <= until,
        or_(StayRow.ended_at.is_(None), StayRow.ended_at >= since),
    )
    return (await tx.scalars(query.order_by(StayRow.started_at, StayRow.id))).all()


async def begun_since(tx: Session, patient_id: UUID, since: datetime) -> Sequence[StayRow]:
    """Stays of a patient that began at an instant or later; oldest first."""
    query = select(StayRow).where(
        StayRow.organization_id == organization(tx),
        StayRow.patient_id == patient_id,
        StayRow.state.in_([StayState.IN_PROGRESS, StayState.FINISHED]),
        StayRow.started_at >= since,
    )
    return (await tx.scalars(query.order_by(StayRow.started_at, StayRow.id))).all()


async def current(tx: Session, patient_id: UUID) -> StayRow | None:
    """The stay a patient is in now, the latest when there are several."""
    query = (
        select(StayRow)
        .where(
            StayRow.organization_id == organization(tx),
            StayRow.patient_id == patient_id,
            StayRow.state == StayState.IN_PROGRESS,
        )
        .order_by(StayRow.started_at.desc())
        .limit(1)
    )
    return await tx.scalar(query)


async def of_patient_open(tx: Session, patient_id: UUID) -> Sequence[UUID]:
    """Planned and running stays of a patient."""
    query = select(StayRow.id).where(
        StayRow.organization_id == organization(tx),
        StayRow.patient_id == patient_id,
        StayRow.state.in_([StayState.PLANNED, StayState.IN_PROGRESS]),
    )
    return (await tx.scalars(query.order_by(StayRow.id))).all()


async def move(tx: Session, stay_ids: Sequence[UUID], to_patient: UUID, now: datetime) -> None:
    """Give stays to another record of the same person."""
    if stay_ids:
        changed = {"patient_id": to_patient, "updated_at": now, "version": StayRow.version + 1}
        await tx.execute(update(StayRow).where(StayRow.id.in_(stay_ids)).values(changed))
