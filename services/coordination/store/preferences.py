"""What patients ask of whoever sees them, and which networks an organization prefers: documents, read whole."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization


class CarePreferenceRow(OfOrganization, Row):
    """A patient's wishes as they were said."""

    __tablename__ = "care_preferences"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), primary_key=True)
    version: Mapped[int]
    said: Mapped[dict[str, Any]] = mapped_column(JSONB)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class PreferredNetworksRow(Row):
    """The networks of an organization, in the order in which they are named."""

    __tablename__ = "preferred_networks"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    networks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


async def of_patient(tx: Session, patient_id: UUID) -> CarePreferenceRow | None:
    """A patient's wishes, if any were said."""
    return await tx.get(CarePreferenceRow, patient_id)


async def put(tx: Session, patient_id: UUID, said: dict[str, Any], *, version: int, now: datetime) -> None:
    """Set a patient's wishes."""
    values = {"version": version, "said": said, "updated_at": now}
    new = insert(CarePreferenceRow).values(organization_id=organization(tx), patient_id=patient_id, **values)
    await tx.execute(new.on_conflict_do_update(index_elements=["patient_id"], set_=values))


async def networks(tx: Session) -> PreferredNetworksRow | None:
    """The organization's preferred networks, if it has named any."""
    return await tx.get(PreferredNetworksRow, organization(tx))


async def put_networks(tx: Session, named: list[dict[str, Any]], *, version: int, now: datetime) -> None:
    """Set the organization's preferred networks."""
    values = {"version": version, "networks": named, "updated_at": now}
    new = insert(PreferredNetworksRow).values(organization_id=organization(tx), **values)
    await tx.execute(new.on_conflict_do_update(index_elements=["organization_id"], set_=values))


async def follow(tx: Session, from_patient: UUID, to_patient: UUID) -> None:
    """Give wishes to the record that goes on, unless it has its own."""
    if await of_patient(tx, to_patient) is None and await of_patient(tx, from_patient) is not None:
        moved = update(CarePreferenceRow).where(CarePreferenceRow.patient_id == from_patient)
        await tx.execute(moved.values(patient_id=to_patient).execution_options(synchronize_session=False))


async def of_patients(tx: Session, patient_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The wishes of many patients, of those who said any."""
    row = CarePreferenceRow
    query = select(row.patient_id, row.said).where(
        row.organization_id == organization(tx), row.patient_id.in_(list(patient_ids))
    )
    return dict((await tx.execute(query)).all())
