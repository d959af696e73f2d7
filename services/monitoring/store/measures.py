"""What measures judge: who was followed, and the values, alerts and device days of a period as known at an instant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal, or_, select

from services.monitoring.domain.device_days import BY_DEVICE, TYPED
from services.monitoring.store import wire
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.device_days import OF_OWN_DEVICE
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.reading_packs import readings_where
from shared.db.base import Session, organization
from shared.vocabulary import Metric


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: of one case manager, protocol or tier; None means all. As the enrollment stands now."""

    case_manager: str | None = None
    protocol: str | None = None
    tier: str | None = None


def _scoped(scope: Scope) -> list[ColumnElement[bool]]:
    asked = ((name, getattr(scope, name)) for name in ("case_manager", "protocol", "tier"))
    return [getattr(EnrollmentRow, name) == value for name, value in asked if value is not None]


async def knows_case_manager(tx: Session, person: str) -> bool:
    """Whether anybody is or was followed by this case manager."""
    row = EnrollmentRow
    named = select(literal(1)).where(row.organization_id == organization(tx), row.case_manager == person).limit(1)
    return await tx.scalar(named) is not None


async def case_managers(tx: Session, most: int) -> Sequence[str]:
    """The case managers of enrollments, by name."""
    row = EnrollmentRow
    named = select(row.case_manager).where(row.organization_id == organization(tx), row.case_manager.is_not(None))
    return [each for each in await tx.scalars(named.distinct().order_by(row.case_manager).limit(most)) if each]


async def followed(
    tx: Session, scope: Scope, protocols: Sequence[str], start: datetime, stop: datetime
) -> Sequence[Any]:
    """Enrollments that were active or paused at some time between two instants, with their patients."""
    row, person = EnrollmentRow, PatientRow
    query = (
        select(row.id, row.patient_id, row.circumstances, person.birth_date, person.time_zone)
        .join(person, person.id == row.patient_id)
        .where(row.activated_at < stop, or_(row.ended_at.is_(None), row.ended_at >= start), *_scoped(scope))
    )
    if protocols:
        query = query.where(row.protocol.in_(protocols))
    return (await tx.execute(query.order_by(row.id))).all()


async def activated(tx: Session, scope: Scope, start: datetime, stop: datetime) -> Sequence[Any]:
    """Enrollments activated between two instants."""
    row = EnrollmentRow
    query = select(row.id, row.patient_id, row.activated_at, row.first_reading_at).where(
        row.activated_at >= start, row.activated_at < stop, *_scoped(scope)
    )
    return (await tx.execute(query.order_by(row.id))).all()


async def alerts(tx: Session, scope: Scope, start: datetime, stop: datetime) -> Sequence[Any]:
    """Alerts opened between two instants that paged somebody and have a deadline."""
    row = AlertRow
    query = (
        select(
            row.id,
            row.patient_id,
            row.severity,
            row.raised_at,
            row.ack_due_at,
            row.acknowledged_at,
            row.settled_at,
        )
        .join(EnrollmentRow, EnrollmentRow.id == row.enrollment_id)
        .where(row.opened_at >= start, row.opened_at < stop, row.retrospective.is_(False), *_scoped(scope))
        .where(row.ack_due_at.is_not(None))
    )
    return (await tx.execute(query.order_by(row.id))).all()


_GLYCAEMIC = [str(metric) for metric in (Metric.HBA1C, Metric.CGM_GMI)]
_PRESSURES = [str(metric) for metric in (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC)]
_OF_METRICS = "x.patient_id = ANY($1::uuid[]) AND x.metric = ANY($2::text[])"
_THEN = readings_where(_OF_METRICS, "$3::timestamptz", "$4::timestamptz")
_KNOWN = "r.status <> 'entered-in-error' AND r.observed_at < $4::timestamptz AND r.received_at <= $4::timestamptz"
_GLYCAEMIA = (
    f"SELECT DISTINCT ON (r.patient_id) r.patient_id, r.canonical, r.observed_at FROM {_THEN} r WHERE {_KNOWN}"
    " ORDER BY r.patient_id, r.observed_at DESC, r.metric DESC, r.source"
)


async def glycaemia(
    tx: Session, patient_ids: Iterable[UUID], start: datetime, stop: datetime
) -> dict[UUID, tuple[Decimal, datetime]]:
    """By patient the last HbA1c or GMI in %; of two at one instant the laboratory's."""
    rows = await wire.fetch(tx, _GLYCAEMIA, list(patient_ids), _GLYCAEMIC, start, stop)
    return {row[0]: (row[1], row[2]) for row in rows}


_PRESSURE = (
    "SELECT DISTINCT ON (d.patient_id) d.patient_id, d.systolic, d.diastolic, d.at FROM ("
    " SELECT r.patient_id, (r.observed_at AT TIME ZONE p.time_zone)::date AS day, max(r.observed_at) AS at,"
    " min(r.canonical) FILTER (WHERE r.metric = 'bp_systolic') AS systolic,"
    " min(r.canonical) FILTER (WHERE r.metric = 'bp_diastolic') AS diastolic"
    f" FROM {_THEN} r JOIN patients p ON p.id = r.patient_id WHERE {_KNOWN}"
    " AND coalesce(r.context ->> 'setting', '') NOT IN ('ed', 'inpatient', 'procedure')"
    " AND coalesce(r.context ->> 'device', '') <> 'non-digital' GROUP BY r.patient_id, day) d"
    " WHERE d.systolic IS NOT NULL AND d.diastolic IS NOT NULL ORDER BY d.patient_id, d.day DESC"
)


async def pressures(
    tx: Session, patient_ids: Iterable[UUID], start: datetime, stop: datetime
) -> dict[UUID, tuple[Decimal, Decimal, datetime]]:
    """By patient the lowest systolic and the lowest diastolic of the last local day that has both, mm[Hg]."""
    rows = await wire.fetch(tx, _PRESSURE, list(patient_ids), _PRESSURES, start, stop)
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


_DEVICE_DAYS = (
    "SELECT r.patient_id, count(DISTINCT (r.observed_at AT TIME ZONE p.time_zone)::date)"
    f" FROM {_THEN} r JOIN patients p ON p.id = r.patient_id WHERE {_KNOWN}"
    f" AND coalesce(r.context ->> 'entry', '') <> $5::text AND {OF_OWN_DEVICE} GROUP BY r.patient_id"
)


async def device_days(tx: Session, patient_ids: Iterable[UUID], start: datetime, stop: datetime) -> dict[UUID, int]:
    """By patient on how many local days a device sent something."""
    metrics = [str(metric) for metric in BY_DEVICE]
    rows = await wire.fetch(tx, _DEVICE_DAYS, list(patient_ids), metrics, start, stop, TYPED)
    return {row[0]: row[1] for row in rows}
