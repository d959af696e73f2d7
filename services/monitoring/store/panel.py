"""The panel: one row per patient and case manager, in the order in which patients need them.

The order is a column that no clock moves (:mod:`services.monitoring.domain.panel`), and the indexes begin with the
organization, so that a page is one index scan in spite of row-level security.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, ForeignKey, Index, Select, Text, UniqueConstraint, Uuid, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain.enrollments import FOLLOWED
from services.monitoring.domain.panel import Entry
from services.monitoring.store import protocol_versions, wire
from services.monitoring.store.base import Row
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
    awaits: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
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
    awaits: tuple[str, ...] | None = None


# Arrays, not lists of single values: one statement is planned once a connection, however many patients are asked for.
_ZONES = "SELECT p.id, p.time_zone FROM patients p WHERE p.id = ANY($1::uuid[])"
_FOLLOWED = (
    "SELECT e.id, e.patient_id, e.case_manager, e.protocol, e.tier, e.targets::text, e.protocol_version,"
    " greatest(e.tier_decided_at, e.activated_at) FROM enrollments e"
    " WHERE e.patient_id = ANY($1::uuid[]) AND e.state = ANY($2::text[]) ORDER BY e.id"
)
_ALERTS = (
    "SELECT a.id, a.patient_id, a.enrollment_id, a.protocol, a.protocol_version, a.rule, a.severity, a.state,"
    " a.opened_at, a.ack_due_at, a.acknowledged_at, a.snoozed_until, a.retrospective FROM alerts a"
    " WHERE a.patient_id = ANY($1::uuid[]) AND a.state IN ('open', 'acknowledged', 'snoozed') ORDER BY a.id"
)
_CHECK_INS = (
    "SELECT c.id, s.enrollment_id, c.state, c.due_at FROM check_ins c JOIN check_in_enrollments s"
    " ON s.check_in_id = c.id WHERE c.patient_id = ANY($1::uuid[]) AND c.state = ANY($2::text[]) AND s.open"
    " ORDER BY c.id"
)


async def zones(tx: Session, patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The time zone of each patient."""
    return {row[0]: row[1] for row in await wire.fetch(tx, _ZONES, list(patient_ids))}


class FollowedRow(NamedTuple):
    """What the panel needs of an active or paused enrollment; ``targets`` as JSON text."""

    id: UUID
    patient_id: UUID
    case_manager: str | None
    protocol: str
    tier: str
    targets: str
    protocol_version: str
    tier_decided_at: datetime


async def followed(tx: Session, patient_ids: Iterable[UUID]) -> list[FollowedRow]:
    """The active and paused enrollments of patients."""
    rows = [FollowedRow._make(row) for row in await wire.fetch(tx, _FOLLOWED, list(patient_ids), sorted(FOLLOWED))]
    await protocol_versions.bring(tx, rows)
    return rows


class LiveAlert(NamedTuple):
    """What the panel needs of a live alert."""

    id: UUID
    patient_id: UUID
    enrollment_id: UUID
    protocol: str
    protocol_version: str
    rule: str
    severity: str
    state: str
    opened_at: datetime
    ack_due_at: datetime | None
    acknowledged_at: datetime | None
    snoozed_until: datetime | None
    retrospective: bool


async def live_alerts(tx: Session, patient_ids: Iterable[UUID]) -> list[LiveAlert]:
    """The live alerts of patients."""
    rows = [LiveAlert._make(row) for row in await wire.fetch(tx, _ALERTS, list(patient_ids))]
    await protocol_versions.bring(tx, rows)
    return rows


class Waiting(NamedTuple):
    """What the panel needs of a check-in that waits, once for each enrollment it serves."""

    id: UUID
    enrollment_id: UUID
    state: str
    due_at: datetime


async def open_check_ins(tx: Session, patient_ids: Iterable[UUID]) -> list[Waiting]:
    """The check-ins of patients that wait."""
    return [Waiting._make(row) for row in await wire.fetch(tx, _CHECK_INS, list(patient_ids), sorted(_WAITING))]


# Names of people hold commas, and no unit separator.
_BETWEEN = "\x1f"
# Entries are named in patients' order, so that two transactions never wait for each other in a circle.
_PUT = (
    "INSERT INTO panel_entries (id, organization_id, patient_id, case_manager, protocols, tier, severity, rank_key,"
    " due_at, reasons, awaits, changed_at) SELECT t.id, $1::uuid, t.patient_id, t.case_manager,"
    " string_to_array(t.protocols, ','), t.tier, t.severity, t.rank_key, t.due_at, t.reasons::jsonb,"
    " string_to_array(t.awaits, chr(31)), $2::timestamptz"
    " FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],"
    " $10::timestamptz[], $11::text[], $12::text[]) AS t (id, patient_id, case_manager, protocols, tier, severity,"
    " rank_key, due_at, reasons, awaits) ON CONFLICT (organization_id, patient_id, case_manager) DO UPDATE SET"
    " protocols = excluded.protocols,"
    " tier = excluded.tier, severity = excluded.severity, rank_key = excluded.rank_key, due_at = excluded.due_at,"
    " reasons = excluded.reasons, awaits = excluded.awaits, changed_at = excluded.changed_at"
)
_DROP = (
    "DELETE FROM panel_entries x WHERE x.patient_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT"
    " FROM unnest($2::uuid[], $3::text[]) AS t (patient_id, case_manager)"
    " WHERE t.patient_id = x.patient_id AND t.case_manager = x.case_manager)"
)


async def put(tx: Session, wanted: Sequence[tuple[UUID, Entry, list[dict[str, Any]]]], now: datetime) -> None:
    """Write entries, each (patient, entry, reasons as JSON); one that is there keeps its id."""
    if wanted:
        arrays = [list(column) for column in zip(*(_values(*each) for each in wanted), strict=True)]
        await wire.fetch(tx, _PUT, organization(tx), now, *arrays)


def _values(patient_id: UUID, entry: Entry, reasons: list[dict[str, Any]]) -> tuple[Any, ...]:
    return (
        new_id(),
        patient_id,
        entry.case_manager or NOBODY,
        ",".join(entry.protocols),
        entry.tier,
        entry.severity,
        entry.rank_key,
        entry.reasons[0].due_at if entry.reasons else None,
        orjson.dumps(reasons).decode(),
        _BETWEEN.join(sorted({each.awaits for each in entry.reasons if each.awaits is not None})),
    )


async def drop_others(tx: Session, patient_ids: Iterable[UUID], kept: Iterable[tuple[UUID, str]]) -> None:
    """Take patients off the panels of whoever no longer follows them."""
    stay = list(kept)
    await wire.fetch(tx, _DROP, list(patient_ids), [each[0] for each in stay], [each[1] for each in stay])


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
    if wanted.awaits is not None:
        found.append(PanelRow.awaits.overlap(wanted.awaits))
    if wanted.due_before is not None:
        found.append(PanelRow.due_at < wanted.due_before)
    return found
