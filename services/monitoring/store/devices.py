"""Devices with patients."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, or_, select, text, true
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain.devices import Assignment
from services.monitoring.store import wire
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.problems import NotFound


class DeviceRow(OfOrganization, Changing, Row):
    """One device with one patient for a time; one that is not shared is with one patient at a time.

    ``transmits``: what it measures comes by itself, so that it makes device days.
    """

    __tablename__ = "devices"
    __table_args__ = (
        Index("ix_devices_source", "organization_id", "source"),
        Index(
            "uq_devices_with_one",
            "organization_id",
            "source",
            unique=True,
            postgresql_where=text("ends_at IS NULL AND NOT shared"),
        ),
        Index("ix_devices_patient_id", "patient_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id"))
    kind: Mapped[str] = mapped_column(Text)
    serial: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(Text)
    validated: Mapped[bool]
    shared: Mapped[bool]
    transmits: Mapped[bool] = mapped_column(server_default=true())
    starts_at: Mapped[datetime] = mapped_column(INSTANT)
    ends_at: Mapped[datetime | None] = mapped_column(INSTANT)
    assigned_by: Mapped[str] = mapped_column(Text)
    returned_by: Mapped[str | None] = mapped_column(Text)
    return_reason: Mapped[str | None] = mapped_column(Text)


async def get_for_update(tx: Session, device_id: UUID) -> DeviceRow:
    """The device, locked; raises NotFound."""
    row = await tx.get(DeviceRow, device_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("device")
    return row


async def of_patient(tx: Session, patient_id: UUID) -> Sequence[DeviceRow]:
    """A patient's devices, the newest first."""
    query = select(DeviceRow).where(DeviceRow.patient_id == patient_id)
    return (await tx.scalars(query.order_by(DeviceRow.id.desc()))).all()


async def since(tx: Session, source: str, at: datetime) -> Sequence[DeviceRow]:
    """Who has, or will have had, the device of a source at or after an instant."""
    query = select(DeviceRow).where(DeviceRow.organization_id == organization(tx), DeviceRow.source == source)
    return (await tx.scalars(query.where(or_(DeviceRow.ends_at.is_(None), DeviceRow.ends_at > at)))).all()


_BY_SOURCE = (
    "SELECT d.source, d.patient_id, d.starts_at, d.ends_at FROM devices d"
    " WHERE d.organization_id = $1::uuid AND d.source = ANY($2::text[])"
)


async def by_source(tx: Session, sources: Iterable[str]) -> dict[str, list[Assignment]]:
    """With whom the devices of these sources are and were; sources of no device are left out."""
    found: dict[str, list[Assignment]] = {}
    for row in await wire.fetch(tx, _BY_SOURCE, organization(tx), sorted(set(sources))):
        found.setdefault(row[0], []).append(Assignment(*row))
    return found
