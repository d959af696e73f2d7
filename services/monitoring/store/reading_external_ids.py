"""Senders' own ids of readings, such as an EHR's: kept in a table of their own, only where one is given."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from services.monitoring.store.readings import Place
from shared.db.base import INSTANT, OfOrganization, Session, organization


class ExternalIdRow(OfOrganization, Row):
    """A sender's own id of a reading; only kept where one is given."""

    __tablename__ = "reading_external_ids"
    __table_args__ = (
        PrimaryKeyConstraint("organization_id", "system", "value"),
        Index("ix_reading_external_ids_patient_id", "patient_id", "observed_at"),
    )

    system: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    patient_id: Mapped[UUID] = mapped_column(Uuid)
    metric: Mapped[str] = mapped_column(Text)
    observed_at: Mapped[datetime] = mapped_column(INSTANT)
    source: Mapped[str] = mapped_column(Text)


_REMEMBER = (
    "INSERT INTO reading_external_ids (organization_id, system, value, patient_id, metric, observed_at, source)"
    " SELECT $1::uuid, * FROM unnest($2::text[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::text[])"
    " ON CONFLICT (organization_id, system, value) DO UPDATE SET patient_id = excluded.patient_id,"
    " metric = excluded.metric, observed_at = excluded.observed_at, source = excluded.source"
)
_BY_EXTERNAL = (
    "SELECT x.system, x.value, x.patient_id, x.metric, x.observed_at, x.source"
    " FROM unnest($1::text[], $2::text[]) AS k (system, value)"
    " JOIN reading_external_ids x ON x.system = k.system AND x.value = k.value AND x.organization_id = $3::uuid"
)


async def remember(tx: Session, ids: Iterable[tuple[tuple[str, str], Place]]) -> None:
    """Keep senders' own ids; an id that is known then names the newer reading."""
    flat = [(system, value, *place) for (system, value), place in sorted(dict(ids).items())]
    if not flat:
        return
    arrays = [list(column) for column in zip(*flat, strict=True)]
    await wire.fetch(tx, _REMEMBER, organization(tx), *arrays)


async def by_external(tx: Session, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Place]:
    """The keys behind senders' own ids."""
    if not ids:
        return {}
    arrays = [list(column) for column in zip(*ids, strict=True)]
    rows = await wire.fetch(tx, _BY_EXTERNAL, *arrays, organization(tx))
    return {(row[0], row[1]): Place._make(row[2:]) for row in rows}
