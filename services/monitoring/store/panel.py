"""The panel: one row per patient and case manager, in the order in which patients need them.

The order is a column that no clock moves (:mod:`services.monitoring.domain.panel`), and the indexes begin with the
organization, so that a page is one index scan in spite of row-level security.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, Text, UniqueConstraint, Uuid, delete, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain.enrollments import FOLLOWED
from services.monitoring.domain.panel import Entry
from services.monitoring.store import protocol_versions
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.base import Row
from services.monitoring.store.check_ins import CheckInEnrollmentRow, CheckInRow
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.kit.ids import new_id
from shared.vocabulary import AlertState, CheckInState

NOBODY = ""
"""How a panel of no case manager is kept: a null would let one patient stand on it twice."""
_WAITING = (CheckInState.DUE, CheckInState.IN_PROGRESS)
_LIVE = (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED)


class PanelRow(OfOrganization, Row):
    """``reasons`` are the parts of the score, the most pressing first; ``due_at`` is that of the first."""

    __tablename__ = "panel_entries"
    __table_args__ = (
        UniqueConstraint("organization_id", "patient_id", "case_manager"),
        Index("ix_panel_entries_rank", "organization_id", "rank_key", "id"),
        Index("ix_panel_entries_case_manager", "organization_id", "case_manager", "rank_key", "id"),
        Index("ix_panel_entries_severity", "organization_id", "severity", "rank_key", "id"),
        Index("ix_panel_entries_tier", "organization_id", "tier", "rank_key", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    case_manager: Mapped[str] = mapped_column(Text)
    protocols: Mapped[list[str]] = mapped_column(ARRAY(Text))
    tier: Mapped[str] = mapped_column(Text)
    severity: Mapped[str | None] = mapped_column(Text)
    rank_key: Mapped[datetime] = mapped_column(INSTANT)
    due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    changed_at: Mapped[datetime] = mapped_column(INSTANT)


@dataclass(frozen=True, slots=True)
class PanelFilter:
    """What to show; None shows all. Several case managers are a team."""

    case_managers: tuple[str, ...] | None = None
    protocol: str | None = None
    tier: str | None = None
    severity: str | None = None
    patient_id: UUID | None = None
    due_before: datetime | None = None


async def zones(tx: Session, patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The time zone of each patient."""
    query = select(PatientRow.id, PatientRow.time_zone).where(PatientRow.id.in_(list(patient_ids)))
    return {row.id: row.time_zone for row in await tx.execute(query)}


async def followed(tx: Session, patient_ids: Iterable[UUID]) -> Sequence[Any]:
    """What the panel needs of the active and paused enrollments of patients."""
    row = EnrollmentRow
    query = select(row.id, row.patient_id, row.case_manager, row.protocol, row.tier, row.targets).where(
        row.patient_id.in_(list(patient_ids)), row.state.in_(sorted(FOLLOWED))
    )
    return (await tx.execute(query.order_by(row.id))).all()


async def live_alerts(tx: Session, patient_ids: Iterable[UUID]) -> Sequence[Any]:
    """What the panel needs of the live alerts of patients."""
    row = AlertRow
    query = select(
        row.id,
        row.enrollment_id,
        row.protocol,
        row.protocol_version,
        row.rule,
        row.severity,
        row.state,
        row.opened_at,
        row.ack_due_at,
        row.acknowledged_at,
        row.snoozed_until,
        row.retrospective,
    ).where(row.patient_id.in_(list(patient_ids)), row.state.in_(_LIVE))
    rows = (await tx.execute(query.order_by(row.id))).all()
    await protocol_versions.bring(tx, rows)
    return rows


async def open_check_ins(tx: Session, patient_ids: Iterable[UUID]) -> Sequence[Any]:
    """What the panel needs of the check-ins of patients that wait, once for each enrollment they serve."""
    row, served = CheckInRow, CheckInEnrollmentRow
    query = (
        select(row.id, served.enrollment_id, row.state, row.due_at)
        .join(served, served.check_in_id == row.id)
        .where(row.patient_id.in_(list(patient_ids)), row.state.in_(_WAITING), served.open)
    )
    return (await tx.execute(query.order_by(row.id))).all()


async def put(tx: Session, wanted: Sequence[tuple[UUID, Entry, list[dict[str, Any]]]], now: datetime) -> None:
    """Write entries, each (patient, entry, reasons as JSON); one that is there keeps its id."""
    if not wanted:
        return
    new = insert(PanelRow)
    facts = ("protocols", "tier", "severity", "rank_key", "due_at", "reasons", "changed_at")
    update = new.on_conflict_do_update(
        index_elements=["organization_id", "patient_id", "case_manager"],
        set_={name: getattr(new.excluded, name) for name in facts},
    )
    await tx.execute(update, [_values(tx, *each, now) for each in wanted])


def _values(
    tx: Session, patient_id: UUID, entry: Entry, reasons: list[dict[str, Any]], now: datetime
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organization_id": organization(tx),
        "patient_id": patient_id,
        "case_manager": entry.case_manager or NOBODY,
        "protocols": list(entry.protocols),
        "tier": entry.tier,
        "severity": entry.severity,
        "rank_key": entry.rank_key,
        "due_at": entry.reasons[0].due_at if entry.reasons else None,
        "reasons": reasons,
        "changed_at": now,
    }


async def drop_others(tx: Session, patient_ids: Iterable[UUID], kept: Iterable[tuple[UUID, str]]) -> None:
    """Take patients off the panels of whoever no longer follows them."""
    query = delete(PanelRow).where(PanelRow.patient_id.in_(list(patient_ids)))
    stay = list(kept)
    if stay:
        query = query.where(tuple_(PanelRow.patient_id, PanelRow.case_manager).not_in(stay))
    await tx.execute(query.execution_options(synchronize_session=False))


async def page(
    tx: Session, wanted: PanelFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[PanelRow]:
    """Entries by rank, ``limit`` of them, past the row of ``after``."""
    return (await tx.scalars(page_query(tx, wanted, after=after, limit=limit))).all()


def page_query(
    tx: Session, wanted: PanelFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Select[PanelRow]:
    """The statement of :func:`page`, which a test and the benchmark explain."""
    query = select(PanelRow).where(*_conditions(tx, wanted))
    if after is not None:
        query = query.where(tuple_(PanelRow.rank_key, PanelRow.id) > after)
    return query.order_by(PanelRow.rank_key, PanelRow.id).limit(limit)


def _conditions(tx: Session, wanted: PanelFilter) -> list[ColumnElement[bool]]:
    # The organization is named although row security demands it: only so does the index begin with it.
    found = [PanelRow.organization_id == organization(tx)]
    if wanted.case_managers is not None and len(wanted.case_managers) == 1:
        found.append(PanelRow.case_manager == wanted.case_managers[0])
    elif wanted.case_managers is not None:
        found.append(PanelRow.case_manager.in_(wanted.case_managers))
    if wanted.protocol is not None:
        found.append(PanelRow.protocols.contains([wanted.protocol]))
    for name in ("tier", "severity", "patient_id"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(getattr(PanelRow, name) == value)
    if wanted.due_before is not None:
        found.append(PanelRow.due_at < wanted.due_before)
    return found
